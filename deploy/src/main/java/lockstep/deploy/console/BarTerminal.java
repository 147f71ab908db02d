package lockstep.deploy.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on the last line of a screen. The bar's own thread draws it, so every write clears it first and draws it again, one at a time. */
public final class BarTerminal implements Terminal {
    private static final int UPDATE_INTERVAL_MS = 250;
    private static final int BAR_WIDTH = 100;
    private static final String CLEAR_LINE = "\r\033[K";

    private final PlainTerminal lines;
    private final PrintWriter err;
    private final List<ProgressBar> bars = new ArrayList<>(1);
    private String drawn = "";

    public BarTerminal(PrintWriter out, PrintWriter err) {
        this.lines = new PlainTerminal(out, err);
        this.err = err;
    }

    @Override
    public synchronized void line(String text) {
        err.print(CLEAR_LINE);
        err.flush();
        lines.line(text);
        err.print(drawn);
        err.flush();
    }

    @Override
    public synchronized void warning(String text) {
        err.print(CLEAR_LINE);
        lines.warning(text);
        err.print(drawn);
        err.flush();
    }

    @Override
    public void progressStarts(long step, long steps) {
        bars.add(new ProgressBarBuilder().setTaskName("step").setInitialMax(steps).startsFrom(step, java.time.Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_INTERVAL_MS).setConsumer(new DelegatingProgressBarConsumer(this::draw, BAR_WIDTH)).build());
    }

    @Override
    public void progress(long step, String text) {
        for (ProgressBar bar : bars) {
            bar.setExtraMessage(text);
            bar.stepTo(step);
        }
    }

    @Override
    public void close() {
        bars.forEach(ProgressBar::close);
        bars.clear();
        clear();
    }

    private synchronized void clear() {
        drawn = "";
        err.print(CLEAR_LINE);
        err.flush();
    }

    private synchronized void draw(String bar) {
        drawn = bar;
        err.print(CLEAR_LINE + bar);
        err.flush();
    }
}
