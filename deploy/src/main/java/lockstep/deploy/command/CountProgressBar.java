package lockstep.deploy.command;

import java.util.Optional;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on stderr for work that is counted; nothing where nobody looks at a terminal. */
final class CountProgressBar implements AutoCloseable {
    private final Optional<ProgressBar> bar;

    CountProgressBar(String task, long total) {
        this.bar = Terminals.interactive()
            ? Optional.of(new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setStyle(ProgressBarStyle.ASCII).build())
            : Optional.empty();
    }

    void step() {
        bar.ifPresent(ProgressBar::step);
    }

    void stepTo(long count) {
        bar.ifPresent(some -> some.stepTo(count));
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
    }
}
