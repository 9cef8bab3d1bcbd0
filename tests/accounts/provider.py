"""A small OpenID Connect provider over HTTP for tests: discovery, sign-in, token, keys, userinfo; checks PKCE."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "portal", "a-secret-of-the-tests"


class Provider:
    """The provider: who signs in there is whoever ``person`` describes."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End the server."""
        self.server.shutdown()
        self.server.server_close()

    def authorise(self, address: str) -> str:
        """Do what the person's browser does at ``address``: sign in, and be led back; returns where to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        if not address.startswith(f"{self.issuer}/authorize?") or asked.get("client_id") != CLIENT:
            self.refused.append("authorize")
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            self.refused.append("no PKCE")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The answer of the token endpoint; None when something is wrong with what was sent."""
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if asked is None or made != asked.get("code_challenge") or form.get("redirect_uri") != asked["redirect_uri"]:
            self.refused.append("token")
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person}
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "tests"})
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def page(self, path: str) -> dict[str, Any]:
        """What a GET answers."""
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            return {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                **{f"{name}_endpoint": f"{self.issuer}/{part}" for name, part in names.items()},
            }
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [{**public, "kid": "tests", "use": "sig", "alg": "RS256"}]}
        return self.person

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status: int, content: Any) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path.startswith("/authorize?"):
                    self.send_response(302)
                    self.send_header("Location", provider.authorise(f"{provider.issuer}{self.path}"))
                    self.end_headers()
                    return
                self.answer(200, provider.page(urlsplit(self.path).path))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = provider.token({name: values[0] for name, values in parse_qs(sent).items()})
                self.answer(200 if answer else 400, answer or {"error": "invalid_grant"})

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        return Handler
