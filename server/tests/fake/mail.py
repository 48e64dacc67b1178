"""An SMTP server (aiosmtpd) that keeps every mail in a folder and refuses, rests or falls silent by script.

    mail.py FOLDER plain|starttls|tls

It listens on a port of its own, which it writes to FOLDER/port, signs in teirei with the password hunter2 where the
connection is encrypted, and answers the next mail with the first line of FOLDER/script, which it takes away:
`rcpt ANSWER` to a reader, `data ANSWER` to a mail, `late ANSWER` to a mail that it keeps all the same, `silence`.
"""

import asyncio
import os
import ssl
import sys
from email import message_from_bytes, policy
import json

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER, MODE = sys.argv[1:]
SCRIPT = os.path.join(FOLDER, "script")


def next_line(kinds):
    """The first line of the script, if it is of one of some kinds; it is taken away."""
    try:
        with open(SCRIPT) as script:
            lines = script.read().splitlines()
    except FileNotFoundError:
        return None
    if not lines or lines[0].split(" ")[0] not in kinds:
        return None
    with open(SCRIPT, "w") as script:
        script.write("\n".join(lines[1:]))
    return lines[0]


def keep(session, envelope):
    """Writes a mail as it came, and beside it what a reader's program makes of it."""
    number = len([name for name in os.listdir(FOLDER) if name.endswith(".eml")])
    path = os.path.join(FOLDER, f"{number:03}")
    with open(path + ".eml", "wb") as file:
        file.write(envelope.original_content)
    mail = message_from_bytes(envelope.original_content, policy=policy.default)
    parts = {part.get_content_type(): part for part in mail.walk()}
    image = parts["image/png"].get_content() if "image/png" in parts else None
    told = {
        "id": mail["message-id"],
        "subject": mail["subject"],
        "from": mail["from"],
        "to": mail["to"],
        "language": mail["content-language"],
        "automatic": mail["auto-submitted"],
        "readers": envelope.rcpt_tos,
        "text": parts["text/plain"].get_content(),
        "html": parts["text/html"].get_content(),
        "shape": [part.get_content_type() for part in mail.walk()],
        "image_id": parts["image/png"]["content-id"] if image else None,
        "image_bytes": len(image) if image else 0,
        "image_begins": image[:8].hex() if image else None,
        "encrypted": session.ssl is not None or MODE == "tls",
        "signed_in": bool(session.authenticated),
    }
    with open(path + ".json.part", "w") as file:
        json.dump(told, file)
    os.rename(path + ".json.part", path + ".json")


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        line = next_line(["rcpt"])
        if line:
            return line.split(" ", 1)[1]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        line = next_line(["data", "late", "silence"])
        if line == "silence":
            keep(session, envelope)
            await asyncio.sleep(3600)
        if line and line.startswith("data "):
            return line.split(" ", 1)[1]
        keep(session, envelope)
        return line.split(" ", 1)[1] if line else "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"teirei", b"hunter2")
    return AuthResult(success=good, handled=good)


async def main():
    context = None
    if MODE != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(os.path.join(FOLDER, "cert.pem"), os.path.join(FOLDER, "key.pem"))

    def connection():
        return SMTP(
            Handler(),
            hostname="mail.example",
            tls_context=context if MODE == "starttls" else None,
            require_starttls=MODE == "starttls",
            authenticator=authenticate if MODE != "plain" else None,
            auth_require_tls=MODE == "starttls",
        )

    loop = asyncio.get_running_loop()
    wrapped = context if MODE == "tls" else None
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=wrapped)
    port = server.sockets[0].getsockname()[1]
    with open(os.path.join(FOLDER, "port.part"), "w") as file:
        file.write(str(port))
    os.rename(os.path.join(FOLDER, "port.part"), os.path.join(FOLDER, "port"))
    await server.serve_forever()


asyncio.run(main())
