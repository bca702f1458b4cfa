"""Runs the cases of ../cases.json with the SDKs for Python, and prints a line for each result."""

import base64
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import msal
import requests
from azure.communication.identity import CommunicationIdentityClient, CommunicationUserIdentifier
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    InteractiveBrowserCredential,
    ManagedIdentityCredential,
    OnBehalfOfCredential,
    UsernamePasswordCredential,
)

EMULATOR = os.environ["EMULATOR"]
TENANT = "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001"
TEAMS = "https://auth.msft.communication.azure.com/.default"
GRAPH = "https://graph.microsoft.com/.default"
USER_READ = "https://graph.microsoft.com/User.Read"
ADA = {"upn": "ada@northwharf.example", "password": "ada-emulator-only", "oid": "0b1ec700-0000-4000-8000-000000000001"}
CHEN_OID = "0b1ec700-0000-4000-8000-000000000003"
API = "a9100000-0000-4000-8000-00000000a001"
DESKTOP = "c1100000-0000-4000-8000-00000000c002"
WEB = "c1100000-0000-4000-8000-00000000c003"
IDENTITY = "1de00000-0000-4000-8000-000000001d01"

CASES = {}


def case(name):
    """Registers a case under its name in ../cases.json."""

    def register(run):
        CASES[name] = run
        return run

    return register


class Skipped(Exception):
    """This machine cannot run the case."""


def control(action, **body):
    """Calls the control API of the emulator."""
    answer = requests.post(f"{EMULATOR}/emulator/api/{action}", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def issue(resource, **options):
    return control("issue-token", **{"resource": resource, "user": "ada", "client": "desktop", **options})["token"]


def count(operation):
    """How often the emulator was asked for an operation."""
    return sum(entry["operation"] == operation for entry in control("requests")["requests"])


def person(url, *more):
    """Opens an address of the emulator as a person does in a browser. Returns the address at which the sign-in ends."""
    done = subprocess.run(["xdg-open", url, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def teams_token_of_ada(token):
    claims = claims_of(token)
    equal(claims["oid"], ADA["oid"])
    assert {"Teams.ManageCalls", "Teams.ManageChats"} <= set(claims["scp"].split()), claims["scp"]


def app_token(token, client=WEB):
    claims = claims_of(token)
    equal((claims["appid"], claims["idtyp"]), (client, "app"))


def needs_port_443():
    if urllib.parse.urlsplit(EMULATOR).port is not None:
        raise Skipped("MSAL asks port 443 for the user's realm, and the emulator cannot listen there")


def short_lifetime(run):
    """SDKs refresh a token that expires in less than five minutes."""
    control("settings", accessTokenLifetime={"min": 60, "max": 60})
    try:
        run()
    finally:
        control("settings", accessTokenLifetime={"min": 3600, "max": 5399})


def consent_to_graph():
    consent = {"tenantId": TENANT, "clientAppId": API, "resourceAppId": "00000003-0000-0000-c000-000000000000"}
    control("put", kind="consents", value={**consent, "scopes": ["User.Read"]})


def api_token():
    return issue("api", origin=EMULATOR)


# azure-identity

OPTIONS = {"authority": EMULATOR, "disable_instance_discovery": True}


def device_credential():
    def prompt(uri, code, _expires_on):
        person(uri, code)

    return DeviceCodeCredential(client_id=DESKTOP, tenant_id=TENANT, prompt_callback=prompt, **OPTIONS)


@case("azure-identity: device code")
def _():
    teams_token_of_ada(device_credential().get_token(TEAMS).token)


def browser_credential():
    return InteractiveBrowserCredential(client_id=DESKTOP, tenant_id=TENANT, timeout=30, **OPTIONS)


@case("azure-identity: authorization code with PKCE")
def _():
    teams_token_of_ada(browser_credential().get_token(TEAMS).token)


@case("azure-identity: password")
def _():
    needs_port_443()
    credential = UsernamePasswordCredential(DESKTOP, ADA["upn"], ADA["password"], tenant_id=TENANT, **OPTIONS)
    teams_token_of_ada(credential.get_token(TEAMS).token)


@case("azure-identity: client secret")
def _():
    app_token(ClientSecretCredential(TENANT, WEB, "web-secret-emulator-only", **OPTIONS).get_token(GRAPH).token)


@case("azure-identity: client certificate")
def _():
    made = control("add-certificate", registration="web")
    pem = (made["certificate"] + made["privateKey"]).encode()
    app_token(CertificateCredential(TENANT, WEB, certificate_data=pem, **OPTIONS).get_token(GRAPH).token)


@case("azure-identity: on behalf of")
def _():
    consent_to_graph()
    credential = OnBehalfOfCredential(
        TENANT, API, client_secret="api-secret-emulator-only", user_assertion=api_token(), **OPTIONS
    )
    claims = claims_of(credential.get_token(USER_READ).token)
    equal((claims["appid"], claims["oid"], claims["scp"]), (API, ADA["oid"], "User.Read"))


@case("azure-identity: silent")
def _():
    credential = browser_credential()
    first = credential.get_token(TEAMS).token
    asked = count("token")
    equal(credential.get_token(TEAMS).token, first)
    equal(count("token"), asked)


@case("azure-identity: refresh")
def _():
    def run():
        credential = browser_credential()
        first = credential.get_token(TEAMS).token
        sign_ins = count("authorize")
        second = credential.get_token(TEAMS).token
        teams_token_of_ada(second)
        assert second != first, "the token is the old one"
        equal(count("authorize"), sign_ins)

    short_lifetime(run)


@case("azure-identity: managed identity")
def _():
    app_token(ManagedIdentityCredential(client_id=IDENTITY).get_token(GRAPH).token, IDENTITY)


# MSAL

AUTHORITY = {
    "authority": f"{EMULATOR}/northwharf.example",
    "instance_discovery": False,
    "validate_authority": False,
}


def public_app():
    return msal.PublicClientApplication(DESKTOP, **AUTHORITY)


def token_of(result):
    assert "access_token" in result, result.get("error_description", result)
    return result["access_token"]


@case("MSAL: device code")
def _():
    app = public_app()
    flow = app.initiate_device_flow([TEAMS])
    person(flow["verification_uri"], flow["user_code"])
    teams_token_of_ada(token_of(app.acquire_token_by_device_flow(flow)))


def sign_in(app):
    flow = app.initiate_auth_code_flow([TEAMS], redirect_uri="http://localhost:5000")
    assert "code_challenge=" in flow["auth_uri"]
    landing = person(flow["auth_uri"])
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(landing).query))
    return token_of(app.acquire_token_by_auth_code_flow(flow, answer))


@case("MSAL: authorization code with PKCE")
def _():
    teams_token_of_ada(sign_in(public_app()))


@case("MSAL: password")
def _():
    needs_port_443()
    teams_token_of_ada(token_of(public_app().acquire_token_by_username_password(ADA["upn"], ADA["password"], [TEAMS])))


def confidential_app(client, credential):
    return msal.ConfidentialClientApplication(client, client_credential=credential, **AUTHORITY)


@case("MSAL: client secret")
def _():
    app = confidential_app(WEB, "web-secret-emulator-only")
    app_token(token_of(app.acquire_token_for_client([GRAPH])))


@case("MSAL: client certificate")
def _():
    made = control("add-certificate", registration="web")
    credential = {"private_key": made["privateKey"], "public_certificate": made["certificate"]}
    app_token(token_of(confidential_app(WEB, credential).acquire_token_for_client([GRAPH])))


@case("MSAL: client certificate, SHA-1 thumbprint")
def _():
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    made = control("add-certificate", registration="web")
    thumbprint = x509.load_pem_x509_certificate(made["certificate"].encode()).fingerprint(hashes.SHA1()).hex()
    credential = {"private_key": made["privateKey"], "thumbprint": thumbprint}
    app_token(token_of(confidential_app(WEB, credential).acquire_token_for_client([GRAPH])))


@case("MSAL: on behalf of")
def _():
    consent_to_graph()
    app = confidential_app(API, "api-secret-emulator-only")
    claims = claims_of(token_of(app.acquire_token_on_behalf_of(api_token(), [USER_READ])))
    equal((claims["appid"], claims["oid"], claims["scp"]), (API, ADA["oid"], "User.Read"))


def silently(app):
    return token_of(app.acquire_token_silent([TEAMS], account=app.get_accounts()[0]) or {"error_description": "no token"})


@case("MSAL: silent")
def _():
    app = public_app()
    first = sign_in(app)
    asked = count("token")
    equal(silently(app), first)
    equal(count("token"), asked)


@case("MSAL: refresh")
def _():
    def run():
        app = public_app()
        first = sign_in(app)
        second = silently(app)
        teams_token_of_ada(second)
        assert second != first, "the token is the old one"

    short_lifetime(run)


@case("MSAL: managed identity")
def _():
    identity = msal.UserAssignedManagedIdentity(client_id=IDENTITY)
    app = msal.ManagedIdentityClient(identity, http_client=requests.Session())
    app_token(token_of(app.acquire_token_for_client(resource="https://graph.microsoft.com")), IDENTITY)


# ACS

ACCESS_KEY = control("state")["acsConnectionString"].split("accesskey=")[1]


def acs(key=ACCESS_KEY, **options):
    return CommunicationIdentityClient(EMULATOR, AzureKeyCredential(key), retry_total=0, **options)


def refused(status, code, run):
    try:
        run()
    except HttpResponseError as error:
        equal((error.status_code, error.error.code if error.error else None), (status, code))
        assert error.error.message, "the error has no message"
        return error
    raise AssertionError("not refused")


def state_of(token):
    return control("inspect-acs-token", token=token)


@case("ACS: create a user")
def _():
    assert acs().create_user().properties["id"].startswith("8:acs:")


@case("ACS: create a user with a token")
def _():
    user, token = acs().create_user_and_token(["chat"])
    equal("8:" + claims_of(token.token)["skypeid"], user.properties["id"])


@case("ACS: issue a token")
def _():
    client = acs()
    hour = datetime.timedelta(hours=1)
    token = client.get_token(client.create_user(), ["chat", "voip"], token_expires_in=hour)
    equal(claims_of(token.token)["acsScope"], "chat,voip")
    assert 3500 < claims_of(token.token)["exp"] - time.time() <= 3600


@case("ACS: revoke tokens")
def _():
    client = acs()
    user, token = client.create_user_and_token(["chat"])
    client.revoke_tokens(user)
    equal(state_of(token.token), {"active": False, "reason": "revoked"})


@case("ACS: delete a user")
def _():
    client = acs()
    user, token = client.create_user_and_token(["chat"])
    client.delete_user(user)
    equal(state_of(token.token), {"active": False, "reason": "identity deleted"})


@case("ACS: exchange a Teams token")
def _():
    token = acs().get_token_for_teams_user(issue("teams"), DESKTOP, ADA["oid"])
    equal(claims_of(token.token)["skypeid"], f"orgid:{ADA['oid']}")


@case("ACS: authenticate with an Entra token")
def _():
    credential = ClientSecretCredential(TENANT, WEB, "web-secret-emulator-only", **OPTIONS)
    assert CommunicationIdentityClient(EMULATOR, credential, retry_total=0).create_user()


@case("ACS error: lifetime out of range")
def _():
    client = acs()
    user = client.create_user()
    for minutes in (59, 1441):
        lifetime = datetime.timedelta(minutes=minutes)
        refused(400, "ValidationError", lambda: client.get_token(user, ["chat"], token_expires_in=lifetime))


@case("ACS error: no scopes")
def _():
    client = acs()
    refused(400, "ValidationError", lambda: client.get_token(client.create_user(), []))


@case("ACS error: unknown scope")
def _():
    client = acs()
    refused(400, "ValidationError", lambda: client.get_token(client.create_user(), ["fax"]))


def refused_for(client, user):
    for run in (
        lambda: client.get_token(user, ["chat"]),
        lambda: client.revoke_tokens(user),
        lambda: client.delete_user(user),
    ):
        refused(401, "IdentityNotOwned", run)


@case("ACS error: user of another resource")
def _():
    refused_for(acs(), CommunicationUserIdentifier("8:acs:11111111-2222-4333-8444-555555555555_0000-1111"))


@case("ACS error: deleted user")
def _():
    client = acs()
    user = client.create_user()
    client.delete_user(user)
    refused_for(client, user)


@case("ACS error: wrong access key")
def _():
    refused(401, "Denied", acs(base64.b64encode(b"wrong").decode()).create_user)


@case("ACS error: no role on the resource")
def _():
    credential = ClientSecretCredential(TENANT, API, "api-secret-emulator-only", **OPTIONS)
    client = CommunicationIdentityClient(EMULATOR, credential, retry_total=0)
    try:
        client.create_user()
    except ClientAuthenticationError as error:
        equal(error.status_code, 401)
        return
    raise AssertionError("not refused")


@case("ACS error: invalid Teams token")
def _():
    for token in (
        "",
        "not-a-token",
        issue("teams", expiresInSeconds=-3600),
        issue("teams", signWith="unknown"),
        issue("api"),
    ):
        refused(401, "InvalidAccessToken", lambda: acs().get_token_for_teams_user(token, DESKTOP, ADA["oid"]))


@case("ACS error: missing or malformed client or user")
def _():
    token = issue("teams")
    for client_id, user_id in (("", ADA["oid"]), (DESKTOP, ""), ("x", ADA["oid"]), (DESKTOP, "x")):
        refused(400, "ValidationError", lambda: acs().get_token_for_teams_user(token, client_id, user_id))


@case("ACS error: another client or user")
def _():
    token = issue("teams")
    for client_id, user_id in ((WEB, ADA["oid"]), (DESKTOP, CHEN_OID)):
        refused(400, "ValidationError", lambda: acs().get_token_for_teams_user(token, client_id, user_id))


@case("ACS error: no Teams licence")
def _():
    token = issue("teams", user="chen")
    refused(403, "UserNotLicensedForTeams", lambda: acs().get_token_for_teams_user(token, DESKTOP, CHEN_OID))


@case("ACS error: no Teams permission")
def _():
    token = issue("teams", scopes=["TeamsExtension.ManageCalls"])
    refused(403, "MissingTeamsConsent", lambda: acs().get_token_for_teams_user(token, DESKTOP, ADA["oid"]))


@case("ACS error: unsupported api-version")
def _():
    client = acs(api_version="2021-03-07")
    refused(400, "UnsupportedApiVersion", lambda: client.get_token_for_teams_user(issue("teams"), DESKTOP, ADA["oid"]))


@case("ACS error: too many requests")
def _():
    quotas = control("state")["settings"]["acsQuotas"]
    control("settings", acsQuotas={**quotas, "CommunicationIdentity_Create": 0})
    try:
        error = refused(429, "TooManyRequests", acs().create_user)
        assert int(error.response.headers["Retry-After"]) > 0
    finally:
        control("settings", acsQuotas=quotas)


def main():
    for name, run in CASES.items():
        begin = time.monotonic()
        try:
            run()
            verdict, reason = "passed", ""
        except Skipped as why:
            verdict, reason = "skipped", str(why)
        except Exception as error:  # Each case gets its result, whatever it throws.
            verdict, reason = "failed", f"{type(error).__name__}: {error}"
        milliseconds = round((time.monotonic() - begin) * 1000)
        print("\t".join([verdict, name, str(milliseconds), " ".join(reason.split())]), flush=True)


main()
