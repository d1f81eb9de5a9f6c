# Ten of ten, one after the other: the sample past memory.high, under the init and without one.
. ./throttled.sh
for i in 0 1 2 3 4 5 6 7 8 9; do
  under_init "init$i" $((5110 + i))
  alone "alone$i" $((5120 + i))
  # What still runs.
  for group in "init$i" "alone$i"; do echo 1 > "/sys/fs/cgroup/$group/cgroup.kill"; done
done
