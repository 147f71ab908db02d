#!/usr/bin/env bash
# Kills and adds nodes of a training run at random for a while, waits for its end, and compares its weights with those of one undisturbed node.
#
#   deploy/soak.sh [--seconds S] [--nodes N] [--steps K] [--pause P] [--deadline D] [--seed X] [-- further options of train]
#
#   --seconds   how long nodes are killed and added, from the first step on (120)
#   --nodes     to begin with (3); never fewer than one is left, nor more than two above that
#   --steps     of the run (2000): enough to last longer than --seconds
#   --pause     the longest time between two blows, in seconds (8)
#   --deadline  how long the run may go on afterwards (900)
#   --seed      of the blows (printed; by default another one each time)
#
# LOCKSTEP names another launcher. Exit code 0: the same sha256 everywhere; 1: not, or no end; 2: wrong options.
# Processes are only ever ended by the pid of one that this script or its training run has started.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lockstep=${LOCKSTEP:-$root/lockstep}
seconds=120 nodes=3 steps=2000 pause=8 deadline=900 seed=$((RANDOM * 32768 + RANDOM))
starting=300    # seconds for the run to come to its first step

usage() { # message
    printf 'soak: %s; the head of deploy/soak.sh lists the options\n' "$1" >&2
    exit 2
}

while (($# > 0)); do
    [[ $1 == -- ]] && { shift; break; }
    case $1 in
        --seconds | --nodes | --steps | --pause | --deadline | --seed) ;;
        *) usage "$1: unknown" ;;
    esac
    [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || usage "$1: found '${2:-}', expected a whole number above 0"
    printf -v "${1#--}" '%d' "$2"
    shift 2
done
train=(train --text shakespeare --tokenizer bytes --layers 2 --heads 2 --channels 64 --seq-len 64 --batch 4 --micro-batches 8
    --steps "$steps" --val-every 0 --sample-every 0 --checkpoint-every 50 "$@")

work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-soak.XXXXXX")
parent=
joined=()       # pids of nodes that were added
logs=("$work/cluster.log")
declare -A killed=()
originals_killed=0

say() {
    printf 'soak: %s\n' "$*"
}

clean_up() {
    local pid
    for pid in ${parent:+"$parent"} ${joined[@]+"${joined[@]}"}; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null
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

# Those of them that have the run's weights: a node that joins says so once it has. One of these has to be left, or the run is lost.
holders() {
    local index
    pgrep -P "$parent" || true
    for index in ${joined[@]+"${!joined[@]}"}; do
        if alive "${joined[index]}" && grep -q '^node .*: has the state of step ' "${logs[index + 1]}"; then
            printf '%d\n' "${joined[index]}"
        fi
    done
}

# Every address that a node has ever named, since any of them may be dead.
addresses() {
    sed -n 's/^node \([0-9.]*:[0-9]*\): .*/\1/p; s/^to add a node: .* --join \([^ ]*\) .*/\1/p' "${logs[@]}" | sort -u | paste -sd , -
}

fail() { # message; the logs stay
    say "FAILED: $* (seed $seed, logs in $work)"
    exit 1
}

add_node() {
    local number=$((${#joined[@]} + 1)) log
    log=$work/added-$number.log
    "$lockstep" train --join "$(addresses)" --secret-file "$secret" --out "$work/added-$number" > "$log" 2>&1 &
    joined+=($!)
    logs+=("$log")
    say "$SECONDS s: added node $! (added-$number)"
}

kill_node() { # pid, how many live
    say "$SECONDS s: kill -9 $1, one of $2 nodes"
    if pgrep -P "$parent" | grep -qx "$1"; then
        originals_killed=$((originals_killed + 1))
    fi
    killed[$1]=1
    kill -KILL "$1" 2>/dev/null || true
    # where it is a child of this shell: reaped here, so that bash has no "Killed" to tell of it later
    { wait "$1" || true; } 2>/dev/null
}

blow() {
    local live holders victim
    mapfile -t live < <(live_nodes)
    mapfile -t holders < <(holders)
    ((${#live[@]} > 0)) || return 0 # the run has just ended
    victim=${live[RANDOM % ${#live[@]}]}
    if [[ ${holders[*]} == "$victim" ]] || { ((${#live[@]} < nodes + 2)) && ((RANDOM % 2)); }; then
        add_node
    else
        kill_node "$victim" "${#live[@]}"
    fi
}

sha_of() { # log
    sed -n 's/^weights sha256 \([0-9a-f]\{64\}\)$/\1/p' "$1" | sort -u
}

wait_for_line() { # what it begins with
    local end=$((SECONDS + starting))
    until grep -q "^$1" "$work/cluster.log"; do
        alive "$parent" || fail "the run of $nodes nodes ended before it said '$1': $(tail -n 1 "$work/cluster.log")"
        ((SECONDS < end)) || fail "waited $starting s for the run of $nodes nodes to say '$1'"
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

# Who was not killed must have ended well; of the run as a whole that is asked unless none of its own nodes was left to it.
check_exit_codes() {
    local index pid code
    code=0
    wait "$parent" || code=$?
    ((code == 0 || originals_killed >= nodes)) || fail "the run of $nodes nodes ended with exit code $code: $(tail -n 1 "$work/cluster.log")"
    for index in ${joined[@]+"${!joined[@]}"}; do
        pid=${joined[index]}
        [[ -z ${killed[$pid]:-} ]] || continue
        code=0
        wait "$pid" || code=$?
        ((code == 0)) || fail "added-$((index + 1)) ended with exit code $code: $(tail -n 1 "${logs[index + 1]}")"
    done
}

# Each node that is there at the end prints the hash.
check_weights() {
    local log found seen=0
    for log in "${logs[@]}"; do
        found=$(sha_of "$log")
        [[ -z $found || $found == "$expected" ]] || fail "after $blows blows the weights are $found, expected $expected: $log"
        [[ -z $found ]] || seen=$((seen + 1))
    done
    ((seen > 0)) || fail "after $blows blows no node has printed a sha256"
}

say "seed $seed: $nodes nodes, $steps steps, blows for $seconds s; logs in $work"
"$lockstep" "${train[@]}" --nodes 1 --out "$work/alone" > "$work/alone.log" 2>&1 || fail "one node alone: $(tail -n 1 "$work/alone.log")"
expected=$(sha_of "$work/alone.log")
[[ -n $expected ]] || fail "one node alone printed no sha256"
say "one node alone: $expected"

"$lockstep" "${train[@]}" --nodes "$nodes" --out "$work/cluster" > "$work/cluster.log" 2>&1 &
parent=$!
wait_for_line 'to add a node: '
secret=$(sed -n 's/^to add a node: .* --secret-file //p' "$work/cluster.log" | head -n 1)
wait_for_line 'step '
RANDOM=$seed
blows=0
end=$((SECONDS + seconds))
while ((SECONDS < end)) && [[ -n $(live_nodes) ]]; do
    sleep $((1 + RANDOM % pause))
    [[ -n $(live_nodes) ]] || break
    blow
    blows=$((blows + 1))
done
((SECONDS >= end)) || say "the run ended before the $seconds s were over: more --steps would have let it suffer longer"
wait_for_end
check_exit_codes
check_weights
say "the same weights after $blows blows"
rm -rf "$work"
