import hashlib, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

lines = sys.stdin.buffer.read().splitlines(keepends=True)
header, closing = json.loads(lines[0]), json.loads(lines[-1])
hashed = hashlib.sha256(b"".join(lines[:-1]))
assert hashed.hexdigest() == closing["sha256"]
key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(header["device"]["signing_key"]))
key.verify(bytes.fromhex(closing["signature"]), b"vd/batch/1" + hashed.digest())
print(len(lines) - 2, "changes of", header["chain"]["device"])
