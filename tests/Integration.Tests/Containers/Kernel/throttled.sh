# The sample past memory.high, where the kernel puts it to sleep. Sourced.
mebi=$((1 << 20))

# So far that the kernel has tasks sleep, from 10 ms on: until then it only takes back page cache.
exceeds() { [ $(($(cat "/sys/fs/cgroup/$1/memory.current") * 1000)) -gt $(($(cat "/sys/fs/cgroup/$1/memory.high") * 1013)) ]; }

# hold NAME PORT: asks until it is done, as a sample that has just started may refuse it.
hold() {
  until exceeds "$1" || [ "$(curl -s -m 100 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$2/drill/alloc?mb=260&seconds=600")" = 200 ]; do
    sleep 1
  done
}

# exceed NAME PORT: has the sample hold more than memory.high, and tells since when.
exceed() {
  hold "$1" "$2" > /dev/null 2>&1 &
  until_so 120 exceeds "$1"
  now
}

# probe NAME PORT BEGUN DONE…: probes as kubelet does until something is so, and counts.
probe() {
  local name=$1 port=$2 begun=$3 answered=0 silent=0; shift 3
  until "$@" || [ $(($(now) - begun)) -gt 90000 ]; do
    if serves "$port"; then answered=$((answered + 1)); else silent=$((silent + 1)); fi
    sleep 1
  done
  result "$name" probes "$answered answered within 5 s, $silent not"
}

# under_init NAME PORT: on the defaults of the init and of the sample.
under_init() {
  local name=$1 port=$2 begun
  group "$name" memory.high=$((200 * mebi)) memory.max=$((400 * mebi))
  begin "$name" "$INIT" --snapshots "/run/$name/snapshots" -- $(sample "$port" "$name")
  until_so 90 serves "$port" && result "$name" started "$(now)"
  begun=$(exceed "$name" "$port")
  (until_so 40 bundled "$name" snapshots memory-high && result "$name" evidence $(($(now) - begun))) &
  probe "$name" "$port" "$begun" logged "$name" 1 "killed by the init"
  until_so 40 serves "$port" && result "$name" restarted $(($(now) - begun))
  result "$name" death "$(grep -o 'worker .* killed by the init.*' "/run/$name/log")"
  for process in $(cat "/sys/fs/cgroup/$name/cgroup.procs"); do
    [ "$(cat "/proc/$process/comm")" = crashshield-ini ] && result "$name" init "$(awk '/VmRSS/ { print $2 }' "/proc/$process/status")"
  done
  tell "$name"
}

# alone NAME PORT: without an init; whoever has started it sees its status and starts another.
alone() {
  local name=$1 port=$2 begun process
  group "$name" memory.high=$((200 * mebi)) memory.max=$((400 * mebi))
  begin "$name" $(sample "$port" "$name")
  process=$!
  until_so 90 serves "$port" && result "$name" started "$(now)"
  begun=$(exceed "$name" "$port")
  (until_so 40 bundled "$name" own memory-high && result "$name" evidence $(($(now) - begun))) &
  (probe "$name" "$port" "$begun" ended "$process") &
  wait "$process"
  result "$name" code $?
  tell "$name"
  begin "$name" $(sample "$port" "$name")
  until_so 40 serves "$port" && result "$name" restarted $(($(now) - begun))
}

ended() { ! [ -d "/proc/$1" ]; }
