# Sets `jdk` to the folder of a JDK 25 or later, or ends with a message. Sourced by ./sluice and ./build.

# Major version of a JDK folder, from its release file; 0 when it is not a JDK.
jdk_major() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || { echo 0; return; }
    version=
    while IFS='=' read -r key value; do
        [ "$key" = JAVA_VERSION ] && version=${value#\"} && break
    done < "$1/release"
    echo "${version%%[!0-9]*}"
}

find_jdk() {
    on_path=$(command -v javac 2>/dev/null || true)
    [ -n "$on_path" ] && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/javac}
    for candidate in "${SLUICE_JAVA_HOME:-}" "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -n "$candidate" ] || continue
        major=$(jdk_major "$candidate")
        if [ "${major:-0}" -ge 25 ]; then
            jdk=$candidate
            return
        fi
    done
    die "no JDK 25 or later was found." \
        "Looked at SLUICE_JAVA_HOME, JAVA_HOME, javac on the PATH, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman and ~/.jdks." \
        "Install one (Debian: 'apt-get install temurin-25-jdk' or 'openjdk-25-jdk') or set SLUICE_JAVA_HOME."
}

die() {
    printf 'sluice: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 3
}
