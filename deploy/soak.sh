#!/usr/bin/env bash
# Kills and adds nodes of a training run at random for a while, waits for its end, and compares its weights with those of one undisturbed node.
#
#   deploy/soak.sh [--seconds S] [--nodes N] [--steps K] [--pause P] [--deadline D] [--port PORT] [--seed X] [-- further options of train]
#
#   --seconds   how long nodes are killed and added, from the first step on (120)
#   --nodes     to begin with (3); never fewer than one is left, nor more than two above that
#   --steps     of the run (2000): enough to last longer than --seconds
#   --pause     the longest time between two blows, in seconds (8)
#   --deadline  how long the run may go on afterwards (900)
#   --port      of the first node's member endpoint (15701)
#   --seed      of the blows (printed; by default another one each time)
#
# LOCKSTEP names another launcher. Exit code 0: the same sha256 everywhere; 1: not, or no end; 2: wrong options.
# Processes are only ever ended by the pid of one that this script or its training run has started.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lockstep=${LOCKSTEP:-$root/lockstep}
seconds=120 nodes=3 steps=2000 pause=8 deadline=900 port=15701 seed=$((RANDOM * 32768 + RANDOM))

usage() { # message
    printf 'soak: %s; the head of deploy/soak.sh lists the options\n' "$1" >&2
    exit 2
}

while (($# > 0)); do
    [[ $1 == -- ]] && { shift; break; }
    case $1 in
        --seconds | --nodes | --steps | --pause | --deadline | --port | --seed) ;;
        *) usage "$1: unknown" ;;
    esac
    [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || usage "$1: found '${2:-}', expected a whole number above 0"
    printf -v "${1#--}" '%d' "$2"
    shift 2
done
train=(train --text "$root/docs" --tokenizer bytes --layers 2 --heads 2 --channels 64 --seq-len 64 --batch 4 --micro-batches 8
    --steps "$steps" --val-every 0 --sample-every 0 --checkpoint-every 50 "$@")

work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-soak.XXXXXX")
parent=
joined=() # pids of nodes that were added, and for each its log
logs=()

say() {
    printf 'soak: %s\n' "$*"
}

clean_up() {
    local pid
    for pid in ${parent:+"$parent"} ${joined[@]+"${joined[@]}"}; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    wait
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

alive() { # pid
    kill -0 "$1" 2>/dev/null
}

# Pids of the nodes that live: children of the training run, and those that were added.
live_nodes() {
    local pid
    pgrep -P "$parent" || true
    for pid in ${joined[@]+"${joined[@]}"}; do
        if alive "$pid"; then
            printf '%d\n' "$pid"
        fi
    done
}

fail() { # message; the logs stay
    say "FAILED: $* (seed $seed, logs in $work)"
    exit 1
}

add_node() {
    local number=$((${#joined[@]} + 1)) log
    log=$work/added-$number.log
    "$lockstep" train --join "127.0.0.1:$port,127.0.0.1:$((port + 1)),127.0.0.1:$((port + 2))" --secret-file "$work/secret" \
        --text "$root/docs" --out "$work/added-$number" > "$log" 2>&1 &
    joined+=($!)
    logs+=("$log")
    say "$SECONDS s: added node $! (added-$number)"
}

kill_node() { # pids of living nodes
    local victims=("$@")
    local victim=${victims[RANDOM % ${#victims[@]}]}
    say "$SECONDS s: kill -9 $victim, one of ${#victims[@]} nodes"
    kill -KILL "$victim" 2>/dev/null || true
}

blow() {
    local live
    mapfile -t live < <(live_nodes)
    if ((${#live[@]} <= 1)) || { ((${#live[@]} < nodes + 2)) && ((RANDOM % 2)); }; then
        add_node
    else
        kill_node "${live[@]}"
    fi
}

sha_of() { # log
    sed -n 's/^weights sha256 \([0-9a-f]\{64\}\)$/\1/p' "$1"
}

wait_for_first_step() {
    local end=$((SECONDS + deadline))
    until grep -q '^step ' "$work/cluster.log"; do
        alive "$parent" || fail "the run of $nodes nodes ended before its first step: $(tail -n 1 "$work/cluster.log")"
        ((SECONDS < end)) || fail "waited $deadline s for the first step of $nodes nodes"
        sleep 0.2
    done
}

wait_for_end() {
    local end=$((SECONDS + deadline)) pid
    for pid in "$parent" ${joined[@]+"${joined[@]}"}; do
        while alive "$pid"; do
            ((SECONDS < end)) || fail "waited $deadline s for process $pid to end"
            sleep 0.2
        done
    done
}

say "seed $seed: $nodes nodes, $steps steps, blows for $seconds s; logs in $work"
(umask 077 && head -c 32 /dev/urandom | base64 > "$work/secret")
"$lockstep" "${train[@]}" --nodes 1 --out "$work/alone" > "$work/alone.log" 2>&1 || fail "one node alone: $(tail -n 1 "$work/alone.log")"
expected=$(sha_of "$work/alone.log")
[[ -n $expected ]] || fail "one node alone printed no sha256"
say "one node alone: $expected"

"$lockstep" "${train[@]}" --nodes "$nodes" --port "$port" --secret-file "$work/secret" --out "$work/cluster" > "$work/cluster.log" 2>&1 &
parent=$!
wait_for_first_step
RANDOM=$seed
blows=0
end=$((SECONDS + seconds))
while ((SECONDS < end)) && alive "$parent"; do
    sleep $((1 + RANDOM % pause))
    alive "$parent" || break
    blow
    blows=$((blows + 1))
done
((SECONDS >= end)) || say "the run ended before the $seconds s were over: more --steps would have let it suffer longer"
wait_for_end
wait "$parent" || fail "the run of $nodes nodes ended with exit code $?: $(tail -n 1 "$work/cluster.log")"

found=$(sha_of "$work/cluster.log")
[[ $found == "$expected" ]] || fail "after $blows blows the weights are ${found:-not there}, expected $expected"
for log in ${logs[@]+"${logs[@]}"}; do
    found=$(sha_of "$log") # none where it was killed
    [[ -z $found || $found == "$expected" ]] || fail "$log: the weights are $found, expected $expected"
done
say "the same weights after $blows blows"
rm -rf "$work"
