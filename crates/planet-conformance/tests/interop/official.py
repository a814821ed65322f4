"""The official library, as a service: a command on each line of standard input, an answer on each line of standard output.

Commands are JSON objects. `do` says what:

    open        {id, home, env, call: {fn, args}, user_authority, m2m_authority}: constructs `planet.Auth`
    login       {id}: begins a device login; the answer is the prompt
    complete    {id}: ends it, when the user has decided
    authorization  {id, ahead}: the header it would send, with a clock that is `ahead` seconds ahead

Every answer has `requests`, the URLs that were asked meanwhile, and `warnings`, or else `error`.
"""

import json
import logging
import os
import sys
import time

import httpx
import requests

import planet.auth
from planet.auth_builtins import _OIDC_AUTH_CLIENT_CONFIG__M2M_SKEL as M2M
from planet.auth_builtins import _OIDC_AUTH_CLIENT_CONFIG__USER_SKEL as USER

API = "https://api.planet.com/data/v1/item-types"

sessions = {}
prompts = {}
asked = []
warnings = []
ahead = 0.0

real_time = time.time
real_send = requests.Session.send


def send(self, request, **rest):
    asked.append(request.url)
    return real_send(self, request, **rest)


class Kept(logging.Handler):
    def emit(self, record):
        warnings.append(record.getMessage())


time.time = lambda: real_time() + ahead
requests.Session.send = send
logging.getLogger("planet_auth").addHandler(Kept(logging.WARNING))


def construct(command):
    for name in [name for name in os.environ if name.startswith("PL_")]:
        # Which provider of built-in profiles is used: set by the library itself.
        if name != "PL_AUTH_BUILTIN_CONFIG_PROVIDER":
            del os.environ[name]
    os.environ["HOME"] = command["home"]
    os.environ.update(command.get("env", {}))
    USER["auth_server"] = command.get("user_authority", USER["auth_server"])
    M2M["auth_server"] = command.get("m2m_authority", M2M["auth_server"])
    call = command["call"]
    session = getattr(planet.auth.Auth, call["fn"])(**call.get("args", {}))
    sessions[command["id"]] = session
    context = session._plauth
    config = context.auth_client().config()
    return {
        "client_type": config.meta()["client_type"],
        "configuration": {name: value for name, value in config.data().items() if value is not None},
        "profile": context.profile_name(),
        "token_file": context.token_file_path() and str(context.token_file_path()),
        "is_initialized": session.is_initialized(),
    }


def authorization(command):
    global ahead
    ahead = float(command.get("ahead", 0))
    try:
        request = next(sessions[command["id"]].auth_flow(httpx.Request("GET", API)))
    finally:
        ahead = 0.0
    return {"authorization": request.headers.get("authorization")}


def login(command):
    prompts[command["id"]] = sessions[command["id"]].device_user_login_initiate()
    return prompts[command["id"]]


def complete(command):
    sessions[command["id"]].device_user_login_complete(prompts.pop(command["id"]))
    return {}


COMMANDS = {"open": construct, "authorization": authorization, "login": login, "complete": complete}

for line in sys.stdin:
    asked.clear()
    warnings.clear()
    command = json.loads(line)
    try:
        answer = COMMANDS[command["do"]](command)
    except Exception as error:  # told, not thrown: the next command may go well
        answer = {"error": f"{type(error).__name__}: {error}"}
    answer = {**answer, "requests": list(asked), "warnings": list(warnings)}
    print(json.dumps(answer), flush=True)
