#!/bin/bash
# Stands in for the launcher in SoakScriptTest. Three nodes sleep under a parent that ends, with the run's hash, once the test has noted three
# blows in the file "blows" or made the file "over". ALONE, CLUSTERED and JOINED are the hashes to print, CLUSTER_EXIT the exit code.
here=$(dirname "$0")

end_nodes() {
    while read -r pid; do
        kill "$pid" 2> /dev/null
    done < "$here/pids"
}

case " $* " in
    *" --nodes 1 "*) echo "weights sha256 $ALONE" ;;
    *" --nodes 3 "*)
        trap 'end_nodes; exit 143' TERM
        for _ in 1 2 3; do
            sleep 60 &
            echo $! >> "$here/pids"
        done
        echo "to add a node: ./lockstep train --join 127.0.0.1:7 --secret-file $here/the secret"
        echo "node 127.0.0.1:9: listens"
        echo "step    1/2000 | loss"
        for _ in $(seq 1 600); do
            [ -e "$here/over" ] && break
            [ "$(wc -l < "$here/blows")" -ge 3 ] && break
            sleep 0.1
        done
        end_nodes
        echo "weights sha256 $CLUSTERED"
        exit "$CLUSTER_EXIT"
        ;;
    *" --join 127.0.0.1:7,127.0.0.1:9 --secret-file $here/the secret "*) echo "weights sha256 $JOINED" ;;
    *)
        echo "pretender: $*"
        exit 2
        ;;
esac
