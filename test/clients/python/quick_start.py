import os
import msal
from azure.communication.identity import CommunicationIdentityClient

emulator = os.environ.get("EMULATOR", "https://localhost:9443")
access_key = "ZW11bGF0b3Itb25seS1wcmltYXJ5LWFjY2Vzcy1rZXktb2YtcmVzb3VyY2Utb25lLW5vdC1hLXNlY3JldC0weA=="
client_id = "c1100000-0000-4000-8000-00000000c002"
authority = f"{emulator}/northwharf.example"
app = msal.PublicClientApplication(client_id, authority=authority, instance_discovery=False, validate_authority=False)
flow = app.initiate_device_flow(["https://auth.msft.communication.azure.com/.default"])
print(flow["message"], flush=True)
teams_token = app.acquire_token_by_device_flow(flow)
client = CommunicationIdentityClient.from_connection_string(f"endpoint={emulator}/;accesskey={access_key}")
user_id = teams_token["id_token_claims"]["oid"]
print(client.get_token_for_teams_user(teams_token["access_token"], client_id, user_id).token)
