"""A process that stands in for Rasa: `python fake_server.py PORT` answers REST and parse requests at once."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Fake(BaseHTTPRequestHandler):
    """Repeats what it is told; "silence" gets no message, "trouble" a 500, a parse request the intent `greet`."""

    def do_GET(self) -> None:
        self._reply(200, {"status": "ok"})

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/model/parse":
            self._reply(200, {"intent": {"name": "greet"}})
        elif said["message"] == "trouble":
            self._reply(500, {})
        else:
            texts = [] if said["message"] == "silence" else [said["message"]]
            self._reply(200, [{"recipient_id": said["sender"], "text": text} for text in texts])

    def _reply(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Lets many clients connect at the same moment."""

    request_queue_size = 128


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Fake).serve_forever()
