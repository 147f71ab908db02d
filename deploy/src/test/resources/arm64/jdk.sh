#!/bin/sh
# Puts a JDK 25 for arm64 and the libraries that it needs into a directory, from Debian's packages, without installing anything:
#
#   jdk.sh DIR        DIR/root is then a root for qemu-aarch64 -L; the last line of the output is the JDK's home in it
#
# Needs apt-get, dpkg-deb and Debian's keys. The mirror is the one that this machine uses; the suite is the first one that has the JDK.
set -eu
dir=$1
packages='libc6 zlib1g libstdc++6 libgcc-s1'
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' | head -n 1)
[ -n "$mirror" ] || { echo 'apt-get knows no mirror of Debian; apt-get update first'; exit 1; }
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
for suite in trixie forky sid; do
    echo "deb [arch=arm64 signed-by=$keys] $mirror $suite main" > "$dir/sources.list"
    cat > "$dir/apt.conf" <<END
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$dir/lists";
Dir::Cache "$dir/cache";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
END
    export APT_CONFIG="$dir/apt.conf"
    # shellcheck disable=SC2086
    if apt-get -q update && (cd "$dir" && apt-get -q download openjdk-25-jre-headless $packages); then
        for package in "$dir"/*.deb; do
            dpkg-deb -x "$package" "$dir/root"
        done
        [ -e "$dir/root/lib" ] || ln -s usr/lib "$dir/root/lib"
        home=$dir/root/usr/lib/jvm/java-25-openjdk-arm64
        # its configuration is elsewhere, by absolute links
        find "$home" -type l | while IFS= read -r link; do
            target=$(readlink "$link")
            case $target in
                /etc/*) ln -sfn "$dir/root$target" "$link" ;;
            esac
        done
        echo "$home"
        exit 0
    fi
done
echo 'no suite of Debian has openjdk-25-jre-headless for arm64, or the mirror could not be reached'
exit 1
