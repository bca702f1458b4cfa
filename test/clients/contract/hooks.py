"""Puts a genuine Teams token into half of the requests. With random texts, none would get as far as ACS."""

import os

import schemathesis

TEAMS_TOKEN = os.environ["TEAMS_TOKEN"]
TOKEN_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
}


def is_chosen(text):
    return isinstance(text, str) and len(text) % 2 == 0


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and is_chosen(body.get("teamsUserToken")):
        return {**body, "teamsUserToken": TEAMS_TOKEN}
    if isinstance(body, dict) and is_chosen(body.get("subject_token")):
        return {**body, **TOKEN_EXCHANGE, "subject_token": TEAMS_TOKEN}
    return body


@schemathesis.hook
def map_headers(context, headers):
    if headers and is_chosen(headers.get("teams-user-aad-token")):
        return {**headers, "teams-user-aad-token": TEAMS_TOKEN}
    return headers
