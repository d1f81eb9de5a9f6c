# The first process of a kernel of its own, whose root is the machine's file system: cgroup v2, and what scenarios need. Sourced by each of them.
# Everything that is written goes to file systems in memory; the lines "RESULT name key value" are for the test.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/run/tmp HOME=/run/home LANG=C DOTNET_CLI_TELEMETRY_OPTOUT=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/tmp /run/home
mount -t cgroup2 none /sys/fs/cgroup
ip link set lo up
echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control
echo "KERNEL $(uname -sr), $(nproc) processor(s), cgroup $(stat -fc %T /sys/fs/cgroup), controllers $(cat /sys/fs/cgroup/cgroup.controllers)"

# Milliseconds since the boot.
now() { local up; read -r up _ < /proc/uptime; up=${up/./}; echo $((10#$up * 10)); }

result() { echo "RESULT $*"; }

# until_so SECONDS COMMAND…: looks every tenth of a second.
until_so() {
  local until=$(($(now) + $1 * 1000)); shift
  until "$@"; do
    [ "$(now)" -lt "$until" ] || return 1
    sleep 0.1
  done
}

# group NAME [FILE=VALUE…]: makes a cgroup with limits.
group() {
  local path=/sys/fs/cgroup/$1 limit; shift
  mkdir -p "$path"
  for limit in "$@"; do echo "${limit#*=}" > "$path/${limit%%=*}" || echo "cannot write $limit"; done
}

# within GROUP COMMAND…: becomes the command, in the cgroup.
within() { local path=/sys/fs/cgroup/$1; shift; echo "$BASHPID" > "$path/cgroup.procs"; exec "$@"; }

# begin NAME COMMAND…: starts a command in the cgroup of this name and in a folder of its own; its output goes to a file there.
begin() {
  local name=$1; shift
  mkdir -p "/run/$name/snapshots" "/run/$name/own"
  ln -sf "$APP_FOLDER/appsettings.json" "/run/$name/"
  (cd "/run/$name" && within "$name" "$@") > "/run/$name/log" 2>&1 < /dev/null &
}

# sample PORT NAME: the command line of the sample.
sample() {
  echo dotnet "$APP" --urls "http://127.0.0.1:$1" --Drills true --Orders:Database "/run/$2/orders.db" --CrashShield:Snapshots:Directory "/run/$2/own"
}

# serves PORT: whether a probe is answered as one that may be by kubelet's bound.
serves() { [ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$1/healthz")" = 200 ]; }

# logged NAME TIMES WORDS
logged() { [ "$(grep -c -- "$3" "/run/$1/log")" -ge "$2" ]; }

bundled() { compgen -G "/run/$1/$2/crash-*-$3" > /dev/null; }

# tell NAME: what is left of a scenario, for the person who reads the test's output.
tell() {
  sed "s/^/[$1] /" "/run/$1/log" | cut -c 1-400 | tail -n 60
  for file in memory.current memory.high memory.max memory.events pids.current pids.events; do
    [ -e "/sys/fs/cgroup/$1/$file" ] && echo "[$1] $file: $(tr '\n' ' ' < "/sys/fs/cgroup/$1/$file")"
  done
}
