"""What the scripts share: the guides' order, and the service without the SDK."""
import json
import sys
import urllib.request

# The example of Planet's Python guide: two scenes over Oregon and the area to clip them to.
ITEM_TYPE = "PSScene"
ITEM_IDS = ["20200909_182525_1014", "20200909_182524_1014"]
BUNDLE = "analytic_udm2"
OREGON = {
    "type": "Polygon",
    "coordinates": [[
        [-117.558734, 45.229745],
        [-117.452447, 45.229745],
        [-117.452447, 45.301865],
        [-117.558734, 45.301865],
        [-117.558734, 45.229745],
    ]],
}


class Api:
    """Requests to the service at `url`, with an API key."""

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.key = key

    def get(self, path):
        return self._send(urllib.request.Request(self._address(path)))

    def post(self, path, body):
        request = urllib.request.Request(self._address(path), data=json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        return self._send(request)

    def _address(self, path):
        """Links in answers are complete, paths are ours."""
        return path if path.startswith("http") else self.url + path

    def _send(self, request):
        request.add_header("Authorization", f"api-key {self.key}")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise Failure(f"{request.method or request.get_method()} {request.full_url}: {error.code} {text}")


class Failure(Exception):
    """The service does not do what the reference says."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def equal(got, want, what):
    check(got == want, f"{what}: got {got!r}, want {want!r}")


def main(script, arguments):
    """Runs `script` with the arguments of the command line; a failure is one clear line."""
    if len(sys.argv) <= arguments:
        sys.exit(f"{sys.argv[0]}: needs {arguments} arguments")
    try:
        script(*sys.argv[1:arguments + 1])
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
