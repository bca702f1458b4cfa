import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.communication.identity.CommunicationIdentityClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.CommunicationIdentityServiceVersion;
import com.azure.communication.identity.models.CommunicationTokenScope;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.identity.AadCredentialBuilderBase;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DeviceCodeCredentialBuilder;
import com.azure.identity.InteractiveBrowserCredential;
import com.azure.identity.InteractiveBrowserCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.OnBehalfOfCredentialBuilder;
import com.azure.identity.UsernamePasswordCredentialBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.DeviceCodeFlowParameters;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.IClientCredential;
import com.microsoft.aad.msal4j.InteractiveRequestParameters;
import com.microsoft.aad.msal4j.ManagedIdentityApplication;
import com.microsoft.aad.msal4j.ManagedIdentityId;
import com.microsoft.aad.msal4j.ManagedIdentityParameters;
import com.microsoft.aad.msal4j.OnBehalfOfParameters;
import com.microsoft.aad.msal4j.PublicClientApplication;
import com.microsoft.aad.msal4j.SilentParameters;
import com.microsoft.aad.msal4j.SystemBrowserOptions;
import com.microsoft.aad.msal4j.UserAssertion;
import com.microsoft.aad.msal4j.UserNamePasswordParameters;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Runs the cases of ../cases.json with the SDKs for Java, and prints a line for each result. */
public class Suite {
  static final String EMULATOR = System.getenv("EMULATOR");
  static final String TENANT = "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001";
  static final String TEAMS = "https://auth.msft.communication.azure.com/.default";
  static final String GRAPH = "https://graph.microsoft.com/.default";
  static final String USER_READ = "https://graph.microsoft.com/User.Read";
  static final String ADA = "ada@northwharf.example";
  static final String ADA_PASSWORD = "ada-emulator-only";
  static final String ADA_OID = "0b1ec700-0000-4000-8000-000000000001";
  static final String CHEN_OID = "0b1ec700-0000-4000-8000-000000000003";
  static final String API = "a9100000-0000-4000-8000-00000000a001";
  static final String API_SECRET = "api-secret-emulator-only";
  static final String DESKTOP = "c1100000-0000-4000-8000-00000000c002";
  static final String WEB = "c1100000-0000-4000-8000-00000000c003";
  static final String WEB_SECRET = "web-secret-emulator-only";
  static final String IDENTITY = "1de00000-0000-4000-8000-000000001d01";

  interface Case {
    void run() throws Exception;
  }

  /** This machine cannot run the case. */
  static class Skipped extends Exception {
    Skipped(String reason) {
      super(reason);
    }
  }

  static void needsPort443() throws Skipped {
    if (URI.create(EMULATOR).getPort() >= 0) {
      throw new Skipped("MSAL refreshes at port 443, and the emulator cannot listen there");
    }
  }

  static final Map<String, Case> CASES = new LinkedHashMap<>();
  static final ObjectMapper JSON = new ObjectMapper();
  static final HttpClient HTTP = HttpClient.newHttpClient();

  static void check(boolean holds, Object what) {
    if (!holds) throw new AssertionError(what);
  }

  static void equal(Object actual, Object expected) {
    check(Objects.equals(actual, expected), "expected " + expected + ", got " + actual);
  }

  /** Calls the control API of the emulator. */
  static JsonNode control(String action, Map<String, ?> body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(EMULATOR + "/emulator/api/" + action))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build();
    var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    equal(response.statusCode(), 200);
    return JSON.readTree(response.body());
  }

  static String issue(String resource, Map<String, ?> more) throws Exception {
    var options = new LinkedHashMap<String, Object>(Map.of("user", "ada", "client", "desktop"));
    options.put("resource", resource);
    options.putAll(more);
    return control("issue-token", options).get("token").asText();
  }

  /** How often the emulator was asked for an operation. */
  static long count(String operation) throws Exception {
    return control("requests", Map.of()).get("requests").findValuesAsText("operation").stream()
        .filter(operation::equals).count();
  }

  /** Opens an address of the emulator as a person does in a browser. */
  static void person(String... arguments) {
    try {
      var command = new ArrayList<>(List.of("xdg-open"));
      command.addAll(List.of(arguments));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      check(process.waitFor() == 0, output);
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  static JsonNode claimsOf(String token) throws Exception {
    return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }

  static void teamsTokenOfAda(String token) throws Exception {
    var claims = claimsOf(token);
    equal(claims.get("oid").asText(), ADA_OID);
    var scopes = List.of(claims.get("scp").asText().split(" "));
    check(scopes.containsAll(List.of("Teams.ManageCalls", "Teams.ManageChats")), scopes);
  }

  static void appToken(String token, String client) throws Exception {
    var claims = claimsOf(token);
    equal(claims.get("appid").asText() + " " + claims.get("idtyp").asText(), client + " app");
  }

  static void onBehalfOfAda(String token) throws Exception {
    var claims = claimsOf(token);
    equal(claims.get("appid").asText() + " " + claims.get("oid").asText() + " " + claims.get("scp").asText(),
        API + " " + ADA_OID + " User.Read");
  }

  static void withLifetimes(int min, int max) throws Exception {
    control("settings", Map.of("accessTokenLifetime", Map.of("min", min, "max", max)));
  }

  /** SDKs refresh a token that expires in less than five minutes. */
  static void shortLifetime(Case run) throws Exception {
    withLifetimes(60, 60);
    try {
      run.run();
    } finally {
      withLifetimes(3600, 5399);
    }
  }

  static void consentToGraph() throws Exception {
    control("put", Map.of("kind", "consents", "value", Map.of("tenantId", TENANT, "clientAppId", API,
        "resourceAppId", "00000003-0000-0000-c000-000000000000", "scopes", List.of("User.Read"))));
  }

  static String apiToken() throws Exception {
    return issue("api", Map.of("origin", EMULATOR));
  }

  static JsonNode addCertificate() throws Exception {
    return control("add-certificate", Map.of("registration", "web"));
  }

  // azure-identity

  static <Builder extends AadCredentialBuilderBase<Builder>> Builder of(Builder builder, String client) {
    return builder.authorityHost(EMULATOR).tenantId(TENANT).clientId(client);
  }

  static String token(TokenCredential credential, String scope) {
    return credential.getTokenSync(new TokenRequestContext().addScopes(scope)).getToken();
  }

  static InteractiveBrowserCredential browserCredential() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return of(new InteractiveBrowserCredentialBuilder(), DESKTOP).disableInstanceDiscovery()
          .redirectUrl("http://localhost:" + socket.getLocalPort()).build();
    }
  }

  static TokenCredential secretCredential(String client, String secret) {
    return of(new ClientSecretCredentialBuilder(), client).disableInstanceDiscovery().clientSecret(secret).build();
  }

  static {
    CASES.put("azure-identity: device code", () -> {
      var credential = of(new DeviceCodeCredentialBuilder(), DESKTOP).disableInstanceDiscovery()
          .challengeConsumer(code -> person(code.getVerificationUrl(), code.getUserCode())).build();
      teamsTokenOfAda(token(credential, TEAMS));
    });
    CASES.put("azure-identity: authorization code with PKCE",
        () -> teamsTokenOfAda(token(browserCredential(), TEAMS)));
    CASES.put("azure-identity: password", () -> {
      var credential = of(new UsernamePasswordCredentialBuilder(), DESKTOP).disableInstanceDiscovery()
          .username(ADA).password(ADA_PASSWORD).build();
      teamsTokenOfAda(token(credential, TEAMS));
    });
    CASES.put("azure-identity: client secret", () -> appToken(token(secretCredential(WEB, WEB_SECRET), GRAPH), WEB));
    CASES.put("azure-identity: client certificate", () -> {
      var made = addCertificate();
      var pem = made.get("certificate").asText() + made.get("privateKey").asText();
      var credential = of(new ClientCertificateCredentialBuilder(), WEB).disableInstanceDiscovery()
          .pemCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))).build();
      appToken(token(credential, GRAPH), WEB);
    });
    CASES.put("azure-identity: on behalf of", () -> {
      consentToGraph();
      var credential = of(new OnBehalfOfCredentialBuilder(), API).disableInstanceDiscovery()
          .clientSecret(API_SECRET).userAssertion(apiToken()).build();
      onBehalfOfAda(token(credential, USER_READ));
    });
    CASES.put("azure-identity: silent", () -> {
      var credential = browserCredential();
      var first = token(credential, TEAMS);
      var asked = count("token");
      equal(token(credential, TEAMS), first);
      equal(count("token"), asked);
    });
    CASES.put("azure-identity: refresh", () -> shortLifetime(() -> {
      needsPort443();
      var credential = browserCredential();
      var first = token(credential, TEAMS);
      var signIns = count("authorize");
      var second = token(credential, TEAMS);
      teamsTokenOfAda(second);
      check(!second.equals(first), "the token is the old one");
      equal(count("authorize"), signIns);
    }));
    CASES.put("azure-identity: managed identity",
        () -> appToken(token(new ManagedIdentityCredentialBuilder().clientId(IDENTITY).build(), GRAPH), IDENTITY));
  }

  // MSAL

  static final Set<String> TEAMS_SCOPES = Set.of(TEAMS);

  static PublicClientApplication publicApp() throws Exception {
    return PublicClientApplication.builder(DESKTOP).authority(EMULATOR + "/northwharf.example")
        .validateAuthority(false).instanceDiscovery(false).build();
  }

  static ConfidentialClientApplication confidentialApp(String client, IClientCredential credential) throws Exception {
    return ConfidentialClientApplication.builder(client, credential).authority(EMULATOR + "/northwharf.example")
        .validateAuthority(false).instanceDiscovery(false).build();
  }

  static void appTokenFor(IClientCredential credential) throws Exception {
    var parameters = ClientCredentialParameters.builder(Set.of(GRAPH)).build();
    appToken(confidentialApp(WEB, credential).acquireToken(parameters).join().accessToken(), WEB);
  }

  static IAuthenticationResult signIn(PublicClientApplication app) throws Exception {
    var browser = SystemBrowserOptions.builder().openBrowserAction(url -> person(url.toString())).build();
    var parameters = InteractiveRequestParameters.builder(new URI("http://localhost")).scopes(TEAMS_SCOPES)
        .systemBrowserOptions(browser).httpPollingTimeoutInSeconds(30).build();
    return app.acquireToken(parameters).join();
  }

  static String silently(PublicClientApplication app, IAuthenticationResult signedIn) throws Exception {
    var parameters = SilentParameters.builder(TEAMS_SCOPES, signedIn.account()).build();
    return app.acquireTokenSilently(parameters).join().accessToken();
  }

  static {
    CASES.put("MSAL: device code", () -> {
      var parameters = DeviceCodeFlowParameters
          .builder(TEAMS_SCOPES, code -> person(code.verificationUri(), code.userCode())).build();
      teamsTokenOfAda(publicApp().acquireToken(parameters).join().accessToken());
    });
    CASES.put("MSAL: authorization code with PKCE", () -> teamsTokenOfAda(signIn(publicApp()).accessToken()));
    CASES.put("MSAL: password", () -> {
      var parameters = UserNamePasswordParameters.builder(TEAMS_SCOPES, ADA, ADA_PASSWORD.toCharArray()).build();
      teamsTokenOfAda(publicApp().acquireToken(parameters).join().accessToken());
    });
    CASES.put("MSAL: client secret", () -> appTokenFor(ClientCredentialFactory.createFromSecret(WEB_SECRET)));
    CASES.put("MSAL: client certificate", () -> {
      var made = addCertificate();
      var pem = made.get("privateKey").asText().replaceAll("-----[A-Z ]+-----|\\s", "");
      var key = KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
      var certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(
          new ByteArrayInputStream(made.get("certificate").asText().getBytes(StandardCharsets.UTF_8)));
      appTokenFor(ClientCredentialFactory.createFromCertificate(key, certificate));
    });
    CASES.put("MSAL: on behalf of", () -> {
      consentToGraph();
      var app = confidentialApp(API, ClientCredentialFactory.createFromSecret(API_SECRET));
      var parameters = OnBehalfOfParameters.builder(Set.of(USER_READ), new UserAssertion(apiToken())).build();
      onBehalfOfAda(app.acquireToken(parameters).join().accessToken());
    });
    CASES.put("MSAL: silent", () -> {
      var app = publicApp();
      var first = signIn(app);
      var asked = count("token");
      equal(silently(app, first), first.accessToken());
      equal(count("token"), asked);
    });
    CASES.put("MSAL: refresh", () -> shortLifetime(() -> {
      needsPort443();
      var app = publicApp();
      var first = signIn(app);
      var second = silently(app, first);
      teamsTokenOfAda(second);
      check(!second.equals(first.accessToken()), "the token is the old one");
    }));
    CASES.put("MSAL: managed identity", () -> {
      var app = ManagedIdentityApplication.builder(ManagedIdentityId.userAssignedClientId(IDENTITY)).build();
      var parameters = ManagedIdentityParameters.builder("https://graph.microsoft.com").build();
      appToken(app.acquireTokenForManagedIdentity(parameters).join().accessToken(), IDENTITY);
    });
  }

  // ACS

  static final List<CommunicationTokenScope> CHAT = List.of(CommunicationTokenScope.CHAT);

  static CommunicationIdentityClientBuilder acsBuilder() {
    var noRetries = new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1)));
    return new CommunicationIdentityClientBuilder().endpoint(EMULATOR).retryOptions(noRetries);
  }

  static CommunicationIdentityClientBuilder withKey() throws Exception {
    var key = control("state", Map.of()).get("acsConnectionString").asText().split("accesskey=")[1];
    return acsBuilder().credential(new AzureKeyCredential(key));
  }

  static CommunicationIdentityClient acs() throws Exception {
    return withKey().buildClient();
  }

  static HttpResponseException refused(int status, String code, Case run) throws Exception {
    try {
      run.run();
    } catch (HttpResponseException error) {
      equal(error.getResponse().getStatusCode(), status);
      check(error.getMessage().contains("\"" + code + "\""), error.getMessage());
      return error;
    }
    throw new AssertionError("not refused");
  }

  static void refusedFor(CommunicationIdentityClient client, CommunicationUserIdentifier user) throws Exception {
    refused(401, "IdentityNotOwned", () -> client.getToken(user, CHAT));
    refused(401, "IdentityNotOwned", () -> client.revokeTokens(user));
    refused(401, "IdentityNotOwned", () -> client.deleteUser(user));
  }

  static void exchange(CommunicationIdentityClient client, String token, String clientId, String userId) {
    client.getTokenForTeamsUser(new GetTokenForTeamsUserOptions(token, clientId, userId));
  }

  static void exchangeRefused(int status, String code, String token, String clientId, String userId)
      throws Exception {
    var client = acs();
    refused(status, code, () -> exchange(client, token, clientId, userId));
  }

  static String stateOf(String token) throws Exception {
    var state = control("inspect-acs-token", Map.of("token", token));
    return state.get("active").asBoolean() ? "active" : state.get("reason").asText();
  }

  static {
    CASES.put("ACS: create a user", () -> check(acs().createUser().getId().startsWith("8:acs:"), "the id"));
    CASES.put("ACS: create a user with a token", () -> {
      var made = acs().createUserAndToken(CHAT);
      equal("8:" + claimsOf(made.getUserToken().getToken()).get("skypeid").asText(), made.getUser().getId());
    });
    CASES.put("ACS: issue a token", () -> {
      var client = acs();
      var scopes = List.of(CommunicationTokenScope.CHAT, CommunicationTokenScope.VOIP);
      var token = client.getToken(client.createUser(), scopes, Duration.ofHours(1));
      equal(claimsOf(token.getToken()).get("acsScope").asText(), "chat,voip");
      var seconds = Duration.between(OffsetDateTime.now(), token.getExpiresAt()).toSeconds();
      check(seconds > 3500 && seconds <= 3600, seconds);
    });
    CASES.put("ACS: revoke tokens", () -> {
      var client = acs();
      var made = client.createUserAndToken(CHAT);
      client.revokeTokens(made.getUser());
      equal(stateOf(made.getUserToken().getToken()), "revoked");
    });
    CASES.put("ACS: delete a user", () -> {
      var client = acs();
      var made = client.createUserAndToken(CHAT);
      client.deleteUser(made.getUser());
      equal(stateOf(made.getUserToken().getToken()), "identity deleted");
    });
    CASES.put("ACS: exchange a Teams token", () -> {
      var options = new GetTokenForTeamsUserOptions(issue("teams", Map.of()), DESKTOP, ADA_OID);
      equal(claimsOf(acs().getTokenForTeamsUser(options).getToken()).get("skypeid").asText(), "orgid:" + ADA_OID);
    });
    CASES.put("ACS: authenticate with an Entra token", () -> {
      var client = acsBuilder().credential(secretCredential(WEB, WEB_SECRET)).buildClient();
      check(client.createUser().getId().startsWith("8:acs:"), "the id");
    });
    CASES.put("ACS error: lifetime out of range", () -> {
      var client = acs();
      var user = client.createUser();
      for (var minutes : List.of(59, 1441)) {
        refused(400, "ValidationError", () -> client.getToken(user, CHAT, Duration.ofMinutes(minutes)));
      }
    });
    CASES.put("ACS error: no scopes", () -> {
      var client = acs();
      refused(400, "ValidationError", () -> client.getToken(client.createUser(), List.of()));
    });
    CASES.put("ACS error: unknown scope", () -> {
      var client = acs();
      var fax = List.of(CommunicationTokenScope.fromString("fax"));
      refused(400, "ValidationError", () -> client.getToken(client.createUser(), fax));
    });
    CASES.put("ACS error: user of another resource", () -> refusedFor(acs(),
        new CommunicationUserIdentifier("8:acs:11111111-2222-4333-8444-555555555555_0000-1111")));
    CASES.put("ACS error: deleted user", () -> {
      var client = acs();
      var user = client.createUser();
      client.deleteUser(user);
      refusedFor(client, user);
    });
    CASES.put("ACS error: wrong access key", () -> {
      var key = Base64.getEncoder().encodeToString("wrong".getBytes(StandardCharsets.UTF_8));
      refused(401, "Denied", () -> acsBuilder().credential(new AzureKeyCredential(key)).buildClient().createUser());
    });
    CASES.put("ACS error: no role on the resource", () -> {
      var client = acsBuilder().credential(secretCredential(API, API_SECRET)).buildClient();
      refused(401, "Denied", client::createUser);
    });
    CASES.put("ACS error: invalid Teams token", () -> {
      var expired = issue("teams", Map.of("expiresInSeconds", -3600));
      var forged = issue("teams", Map.of("signWith", "unknown"));
      for (var token : List.of("", "not-a-token", expired, forged, issue("api", Map.of()))) {
        exchangeRefused(401, "InvalidAccessToken", token, DESKTOP, ADA_OID);
      }
    });
    CASES.put("ACS error: missing or malformed client or user", () -> {
      var token = issue("teams", Map.of());
      for (var clientId : List.of("", "x")) exchangeRefused(400, "ValidationError", token, clientId, ADA_OID);
      for (var userId : List.of("", "x")) exchangeRefused(400, "ValidationError", token, DESKTOP, userId);
    });
    CASES.put("ACS error: another client or user", () -> {
      var token = issue("teams", Map.of());
      exchangeRefused(400, "ValidationError", token, WEB, ADA_OID);
      exchangeRefused(400, "ValidationError", token, DESKTOP, CHEN_OID);
    });
    CASES.put("ACS error: no Teams licence", () -> exchangeRefused(403, "UserNotLicensedForTeams",
        issue("teams", Map.of("user", "chen")), DESKTOP, CHEN_OID));
    CASES.put("ACS error: no Teams permission", () -> exchangeRefused(403, "MissingTeamsConsent",
        issue("teams", Map.of("scopes", List.of("TeamsExtension.ManageCalls"))), DESKTOP, ADA_OID));
    CASES.put("ACS error: unsupported api-version", () -> {
      var client = withKey().serviceVersion(CommunicationIdentityServiceVersion.V2021_03_07).buildClient();
      var token = issue("teams", Map.of());
      refused(400, "UnsupportedApiVersion", () -> exchange(client, token, DESKTOP, ADA_OID));
    });
    CASES.put("ACS error: too many requests", () -> {
      var quotas = control("state", Map.of()).get("settings").get("acsQuotas");
      var none = JSON.convertValue(quotas, Map.class);
      none.put("CommunicationIdentity_Create", 0);
      control("settings", Map.of("acsQuotas", none));
      try {
        var error = refused(429, "TooManyRequests", () -> acs().createUser());
        check(Integer.parseInt(error.getResponse().getHeaderValue("Retry-After")) > 0, "Retry-After");
      } finally {
        control("settings", Map.of("acsQuotas", quotas));
      }
    });
  }

  public static void main(String[] arguments) {
    CASES.forEach((name, run) -> {
      var begin = System.nanoTime();
      var verdict = "passed";
      var reason = "";
      try {
        run.run();
      } catch (Skipped why) {
        verdict = "skipped";
        reason = why.getMessage();
      } catch (Throwable error) {
        verdict = "failed";
        reason = error.toString().replaceAll("\\s+", " ");
      }
      System.out.println(String.join("\t", verdict, name, String.valueOf((System.nanoTime() - begin) / 1_000_000), reason));
    });
    // Reactor and MSAL leave threads behind.
    System.exit(0);
  }
}
