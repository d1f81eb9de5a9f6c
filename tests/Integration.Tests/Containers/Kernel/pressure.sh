#!/bin/sh
# The first process of Debian's cloud kernel, which has pressure stall information. All is in the memory of an initramfs.
export PATH=/bin
busybox mkdir -p /proc /sys /dev /run/snapshots
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t cgroup2 none /sys/fs/cgroup
busybox --install -s /bin
echo
echo "KERNEL $(uname -sr), $(nproc) processor(s), cgroup2, memory.pressure: $(head -n 1 /proc/pressure/memory)"

now() { read -r up _ < /proc/uptime; echo "$(echo "$up" | tr -d .)0"; }
mebi=$((1024 * 1024))
pod=/sys/fs/cgroup/pod

# A neighbour has most of what the pod uses, so that it is by its waiting alone that the service is seen to be held up.
echo "+memory" > /sys/fs/cgroup/cgroup.subtree_control
mkdir -p $pod
echo "+memory" > $pod/cgroup.subtree_control
mkdir $pod/neighbour $pod/app
(echo 0 > $pod/neighbour/cgroup.procs; exec dd if=/dev/zero of=/dev/null bs=45M) 2> /dev/null &
echo $((26 * mebi)) > $pod/app/memory.max
(
  echo 0 > $pod/app/cgroup.procs
  # One process holds memory; the others need some again and again, and give it back.
  exec crashshield-init --snapshots /run/snapshots -- sh -c '
    echo begun
    [ -e /run/held ] && exec sleep 1000
    touch /run/held
    dd if=/dev/zero of=/dev/null bs=21M &
    for i in 1 2 3 4 5 6; do (while :; do /bin/busybox true; done) & done
    wait'
) > /run/log 2>&1 &
sleep 5
echo $((50 * mebi)) > $pod/memory.high
# Since when it has waited more than 95 % of the time, in each look.
begun= saved= before=0 at=$(now) start=$(now)
while [ "$(grep -c begun /run/log)" -lt 2 ] && [ $(($(now) - start)) -lt 150000 ]; do
  sleep 1
  read -r _ _ _ _ total < $pod/app/memory.pressure
  total=${total#total=} then=$at at=$(now)
  if [ -z "$saved" ]; then
    if [ $(((total - before) / 10)) -lt $(((at - then) * 95)) ]; then begun=; elif [ -z "$begun" ]; then begun=$then; fi
  fi
  before=$total
  if [ -z "$saved" ] && ls -d /run/snapshots/crash-*-memory-pressure > /dev/null 2>&1; then
    saved=yes
    echo "RESULT pressure evidence $(($(now) - ${begun:-0}))"
    echo "RESULT pressure bundle $(ls -d /run/snapshots/crash-*)"
  fi
done
echo "RESULT pressure restarted $(($(now) - ${begun:-0}))"
echo "RESULT pressure death $(grep -o 'killed by the init.*' /run/log)"
sed 's/^/[pressure] /' /run/log
for file in $pod/app/memory.current $pod/app/memory.pressure $pod/memory.current $pod/memory.events; do echo "[pressure] $file: $(tr '\n' ' ' < $file)"; done
poweroff -f
