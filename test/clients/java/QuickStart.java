import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.microsoft.aad.msal4j.DeviceCodeFlowParameters;
import com.microsoft.aad.msal4j.PublicClientApplication;
import java.util.Objects;
import java.util.Set;

public class QuickStart {
  public static void main(String[] args) throws Exception {
    var emulator = Objects.requireNonNullElse(System.getenv("EMULATOR"), "https://localhost:9443");
    var accessKey = "ZW11bGF0b3Itb25seS1wcmltYXJ5LWFjY2Vzcy1rZXktb2YtcmVzb3VyY2Utb25lLW5vdC1hLXNlY3JldC0weA==";
    var clientId = "c1100000-0000-4000-8000-00000000c002";
    var app = PublicClientApplication.builder(clientId).authority(emulator + "/northwharf.example")
        .validateAuthority(false).instanceDiscovery(false).build();
    var scopes = Set.of("https://auth.msft.communication.azure.com/.default");
    var signIn = DeviceCodeFlowParameters.builder(scopes, code -> System.out.println(code.message())).build();
    var teamsToken = app.acquireToken(signIn).join();
    var userId = teamsToken.account().homeAccountId().split("\\.")[0];
    var client = new CommunicationIdentityClientBuilder()
        .connectionString("endpoint=" + emulator + "/;accesskey=" + accessKey).buildClient();
    var options = new GetTokenForTeamsUserOptions(teamsToken.accessToken(), clientId, userId);
    System.out.println(client.getTokenForTeamsUser(options).getToken());
  }
}
