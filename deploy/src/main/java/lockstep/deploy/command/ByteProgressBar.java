package lockstep.deploy.command;

import java.util.ArrayList;
import java.util.List;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

import lockstep.common.text.ProgressListener;

/** A bar of mebibytes on stderr, from the first report on; nothing where nobody looks at a terminal. */
final class ByteProgressBar implements ProgressListener, AutoCloseable {
    private static final int UPDATE_INTERVAL_MS = 200;

    private final String task;
    private final boolean visible;
    private final List<ProgressBar> bars = new ArrayList<>(1);

    ByteProgressBar(String task) {
        this.task = task;
        this.visible = Terminals.interactive();
    }

    @Override
    public void progress(long doneBytes, long totalBytes) {
        if (!visible) {
            return;
        }
        if (bars.isEmpty()) {
            bars.add(new ProgressBarBuilder().setTaskName(task).setInitialMax(totalBytes).setUnit("MiB", 1 << 20)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_INTERVAL_MS).showSpeed().build());
        }
        bars.getFirst().maxHint(totalBytes);
        bars.getFirst().stepTo(doneBytes);
    }

    @Override
    public void close() {
        bars.forEach(ProgressBar::close);
    }
}
