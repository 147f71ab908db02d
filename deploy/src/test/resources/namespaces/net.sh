#!/bin/sh
# Run as root of a user and network namespace of its own (unshare -rn): a bridge with N more network namespaces on it, 10.9.0.1 to 10.9.0.N.
# Prints the pid that holds each, then "ready"; obeys the lines of standard input, with "done" after each; ends with it, and all namespaces too.
#   cut I        nothing reaches node I or comes from it
#   mute I       nothing that node I sends reaches the others; what they send reaches it
#   heal I
set -eu
n=$1
pids=
trap 'kill $pids 2>/dev/null || true' EXIT
ip link set lo up
ip link add bridge type bridge
ip link set bridge up
i=1
while [ "$i" -le "$n" ]; do
    unshare -n sleep 600 < /dev/null > /dev/null &
    pid=$!
    pids="$pids $pid"
    eval "pid$i=$pid"
    # it is in its namespace once that is another one
    while [ "$(readlink "/proc/$pid/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
    ip link add "port$i" type veth peer name "node$i"
    ip link set "port$i" master bridge up
    ip link set "node$i" netns "$pid"
    nsenter -t "$pid" -n ip link set lo up
    nsenter -t "$pid" -n ip addr add "10.9.0.$i/24" dev "node$i"
    nsenter -t "$pid" -n ip link set "node$i" up
    echo "node $i $pid"
    i=$((i + 1))
done
echo ready
while read -r what which; do
    eval "pid=\$pid$which"
    case $what in
        cut) ip link set "port$which" down ;;
        mute | heal)
            ip link set "port$which" up
            j=1
            while [ "$j" -le "$n" ]; do
                # a neighbour that nobody is: what is sent there is lost
                if [ "$what" = mute ] && [ "$j" != "$which" ]; then
                    nsenter -t "$pid" -n ip neigh replace "10.9.0.$j" lladdr 02:00:00:00:00:99 dev "node$which" nud permanent
                else
                    nsenter -t "$pid" -n ip neigh del "10.9.0.$j" dev "node$which" 2> /dev/null || true
                fi
                j=$((j + 1))
            done
            ;;
    esac
    echo "done $what $which"
done
