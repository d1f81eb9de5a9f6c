# The limits of cgroup v2, each in a cgroup of its own and all at once: who is held up uses no processor.
(sleep 400; echo "RESULT boot timeout yes"; halt -f) &

. ./throttled.sh

# A worker of which the kernel kills a process for memory.
oom() {
  group oom memory.max=$((64 * mebi))
  begin oom "$INIT" --snapshots /run/oom/snapshots -- bash -c 'echo begun; sleep 1; [ -e grown ] || { touch grown; tail /dev/zero; exit 3; }; sleep 1000'
  # Killed is tail; bash reports it as its own end.
  until_so 60 logged oom 2 begun && result oom restarted yes
  tell oom
}

# The kernel kills the worker itself.
kill_worker() {
  group killed memory.max=$((64 * mebi))
  begin killed "$INIT" --snapshots /run/killed/snapshots -- bash -c 'echo begun; sleep 1; [ -e grown ] || { touch grown; exec tail /dev/zero; }; sleep 1000'
  until_so 60 logged killed 2 begun && result killed restarted yes
  result killed death "$(grep -o 'killed by the kernel.*' /run/killed/log)"
  tell killed
}

# The kernel kills all of the cgroup, the init too; the next one tells.
kill_all() {
  group all memory.max=$((64 * mebi)) memory.oom.group=1
  begin all "$INIT" --snapshots /run/all/snapshots -- bash -c 'sleep 1; exec tail /dev/zero'
  wait $!
  result all code $?
  begin all "$INIT" --snapshots /run/all/snapshots -- sleep 1000
  until_so 30 logged all 1 started
  result all death "$(grep -o 'the last run ended badly.*' /run/all/log)"
  tell all
}

# A limit of the cgroup above, in a namespace of its own for which that is the root: neither is visible by its host's name.
above() {
  group above memory.high=$((64 * mebi))
  echo "+memory +pids" > /sys/fs/cgroup/above/cgroup.subtree_control
  group above/app
  mkdir -p /run/above/snapshots
  (
    cd /run/above || exit
    echo "$BASHPID" > /sys/fs/cgroup/above/cgroup.procs 2> /dev/null
    echo "$BASHPID" > /sys/fs/cgroup/above/app/cgroup.procs
    exec "$INIT" --snapshots /run/above/snapshots --throttled 1s -- bash -c 'echo begun; [ -e grown ] || { touch grown; exec tail /dev/zero; }; sleep 1000'
  ) > /run/above/log 2>&1 < /dev/null &
  until_so 60 logged above 2 begun && result above restarted yes
  result above death "$(grep -o 'killed by the init.*' /run/above/log)"
  tell above
}

# In a cgroup namespace, as in a container: the cgroup is the root of what is visible.
namespace() {
  group space memory.high=$((64 * mebi))
  mkdir -p /run/space/snapshots
  (
    cd /run/space && echo "$BASHPID" > /sys/fs/cgroup/space/cgroup.procs
    exec unshare -Cm bash -c 'umount /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup; echo "sees $(cat /proc/self/cgroup)"; exec "$@"' _ \
      "$INIT" --snapshots /run/space/snapshots --throttled 1s -- bash -c 'echo begun; [ -e grown ] || { touch grown; exec tail /dev/zero; }; sleep 1000'
  ) > /run/space/log 2>&1 < /dev/null &
  until_so 60 logged space 2 begun && result space restarted yes
  result space sees "$(grep -o 'sees .*' /run/space/log)"
  result space death "$(grep -o 'killed by the init.*' /run/space/log)"
  tell space
}

# Tasks that a worker leaves behind until there may be no more.
tasks() {
  group tasks pids.max=40
  begin tasks "$INIT" --snapshots /run/tasks/snapshots --throttled 1s -- bash -c 'echo begun; [ -e grown ] && exec sleep 1000; : > grown; bash -c "while :; do sleep 1000 & done"; exec sleep 1000'
  until_so 60 logged tasks 2 begun && result tasks restarted yes
  bundled tasks snapshots pids && result tasks evidence yes
  result tasks death "$(grep -o 'killed by the init.*' /run/tasks/log)"
  tell tasks
}

reclaimed() { [ "$(awk '$1 == "high" { print $2 }' /sys/fs/cgroup/cache/memory.events)" -gt 100 ]; }

# Ordinary: page cache that is taken back at memory.high.
cache() {
  group cache memory.high=$((16 * mebi)) "cpu.max=20000 100000"
  begin cache "$INIT" --snapshots /run/cache/snapshots --throttled 1s -- bash -c 'while :; do cat /usr/share/dotnet/shared/*/*/*.dll /usr/lib/dotnet/shared/*/*/*.dll > /dev/null 2>&1; done'
  until_so 100 reclaimed && sleep 8
  result cache high "$(awk '$1 == "high" { print $2 }' /sys/fs/cgroup/cache/memory.events)"
  result cache lines "$(grep -c limit /run/cache/log)"
  tell cache
}

# Ordinary: a processor quota that is used up.
processor() {
  group processor "cpu.max=2000 20000"
  begin processor "$INIT" --snapshots /run/processor/snapshots --throttled 1s -- bash -c 'while :; do :; done'
  sleep 20
  result processor throttled "$(awk '$1 == "nr_throttled" { print $2 }' /sys/fs/cgroup/processor/cpu.stat)"
  result processor lines "$(grep -c limit /run/processor/log)"
  tell processor
}

# First what takes little time, then the samples with what is ordinary beside them: there is one processor.
scenarios=()
for scenario in oom kill_worker kill_all above namespace tasks; do
  $scenario &
  scenarios+=($!)
done
wait "${scenarios[@]}"
under_init high 5101 &
scenarios=($!)
alone alone 5102 &
scenarios+=($!)
cache &
scenarios+=($!)
processor &
scenarios+=($!)
wait "${scenarios[@]}"
result boot milliseconds "$(now)"
