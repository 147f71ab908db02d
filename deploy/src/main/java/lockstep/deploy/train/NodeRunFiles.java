package lockstep.deploy.train;

import java.io.IOException;
import java.util.Optional;

import lockstep.common.format.FileSlice;
import lockstep.coordinator.agree.TrainingCluster;
import lockstep.coordinator.member.Peer;
import lockstep.coordinator.report.RunFileClient;
import lockstep.deploy.dashboard.LocalRunFiles;
import lockstep.deploy.dashboard.RunFiles;

/**
 * The run's files as a node of a cluster gets at them: its own while it leads, the leading node's otherwise. That node is asked even where both see one directory: which of two directories is the run's, only who leads can tell.
 */
record NodeRunFiles(RunHome home, TrainingCluster cluster, RunFileClient client) implements RunFiles {
    @Override
    public Optional<FileSlice> read(String name, long offset, int maxBytes) throws IOException {
        if (home.isHeld()) {
            return new LocalRunFiles(home.path()).read(name, offset, maxBytes);
        }
        Peer leader = cluster.leader().orElseThrow(() -> new IOException("this node has no place among the others yet"));
        return client.read(leader, name, offset, maxBytes);
    }
}
