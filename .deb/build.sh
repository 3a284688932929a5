#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the Debian package of an installed tree: build.sh PROGRAM ROOT FOLDER, where ROOT is what
# `make install DESTDIR=ROOT PREFIX=/usr` wrote and FOLDER takes the package. The same sources give the same
# bytes: times are those of the changelog.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
program=$1 root=$2 folder=$3
version=$("$program" --version | cut -d' ' -f2)
architecture=$(dpkg --print-architecture)
released=$(dpkg-parsechangelog -l "$here/changelog" -S Version)
[ "$released" = "$version" ] || {
    echo "deb: the program is $version, and the newest entry of .deb/changelog is $released" >&2
    exit 1
}
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$here/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC

strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/banyan"
docs=$root/usr/share/doc/banyan
mkdir -p "$docs"
gzip -9n <"$here/changelog" >"$docs/changelog.gz"
sed 's/^$/./; s/^/ /' "$here/../LICENSE" | sed "/@LICENSE@/{
    r /dev/stdin
    d
}" "$here/copyright" >"$docs/copyright"
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} + 2>/dev/null || true
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -path '*/bin/*' -exec chmod 644 {} +

# dpkg-shlibdeps asks for a source package around it. It does not see libcurl, which the program opens itself.
mkdir -p "$root/DEBIAN"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/debian"
ln -s "$(cd "$root" && pwd)" "$scratch/debian/banyan"
printf 'Source: banyan\n\nPackage: banyan\nArchitecture: any\n' >"$scratch/debian/control"
depends=$(cd "$scratch" && dpkg-shlibdeps -O debian/banyan/usr/bin/banyan | sed -n 's/^shlibs:Depends=//p')

(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@DEPENDS@/$depends/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f1)/" "$here/control" >"$root/DEBIAN/control"
chmod 644 "$root/DEBIAN"/*
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$folder"
dpkg-deb --root-owner-group -Zxz --build "$root" "$folder/banyan_${version}_${architecture}.deb"
