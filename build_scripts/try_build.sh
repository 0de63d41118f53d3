#!/usr/bin/env bash
# Tries the folder build where Python is not installed: a fresh Debian 12 (debootstrap) with Qt's system libraries, the built
# folder copied in, its self-test run. `python3 build_scripts/build.py` first; needs root, Linux and debootstrap.
#   try_build.sh [COMMAND …]    default: the self-test. The Debian is kept in FRESH_ROOT for a second try; FRESH=1 makes it anew.
set -euo pipefail
project=$(realpath "$(dirname "$0")/..")
built=$project/dist/village-doctor
[ -x "$built/village-doctor" ] || { echo "no built folder: $built"; exit 1; }
root=${FRESH_ROOT:-/var/tmp/fresh-frozen}
libraries=libgl1,libegl1,libxkbcommon0,libdbus-1-3,libfontconfig1,libglib2.0-0
mirror=$(awk '/^URIs:/{print $2; exit}' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
if [ "${FRESH:-0}" = 1 ] || [ ! -e "$root/made" ]; then
  umount -l "$root/dev" "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"
  debootstrap --variant=minbase --include="ca-certificates,$libraries" bookworm "$root" "$mirror" >/var/tmp/debootstrap-frozen.log 2>&1 || { tail -3 /var/tmp/debootstrap-frozen.log; exit 1; }
  touch "$root/made"
fi
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"; mountpoint -q "$root/dev" || mount --rbind /dev "$root/dev"
trap 'umount -l "$root/dev" "$root/proc" 2>/dev/null || true' EXIT
rm -rf "$root/opt/village-doctor"; cp -a "$built" "$root/opt/village-doctor"
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 bash -c "cd /root && $*"; }
inside '! command -v python3 && ! command -v python' || { echo "there is a Python in it"; exit 1; }
echo "no Python here; glibc $(inside ldd --version | head -1)"
if [ $# -gt 0 ]; then inside "$*"; else inside "/opt/village-doctor/village-doctor self-test && /opt/village-doctor/village-doctor-township --version"; fi
