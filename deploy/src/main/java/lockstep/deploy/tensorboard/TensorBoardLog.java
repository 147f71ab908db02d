package lockstep.deploy.tensorboard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import lockstep.common.format.FileErrors;
import lockstep.node.evaluate.MultipleChoice.Score;
import lockstep.node.optimizer.LayerNorms;
import lockstep.node.train.Outcome;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;

/**
 * Writes an event file from when this process leads: scalars of at most {@value #POINTS} steps of a run, spread evenly, and of its last; each validation and each sample; and of each layer a histogram of the gradient norms of all
 * steps since the one before, {@value #HISTOGRAMS} in a run. So a run of any length has files of a few MB, and none grows beyond {@value #MAX_BYTES} bytes.
 *
 * <p>
 * A process that goes on with a run writes a new file, and says at its beginning from which step on: TensorBoard drops what earlier files say of that step and later ones. What happens at the boundary before, a validation or a sample,
 * may stand in both, with the same values.
 */
public final class TensorBoardLog implements StepListener, AutoCloseable {
    static final int POINTS = 5000;
    static final int HISTOGRAMS = 100;
    static final int MAX_BYTES = 256 << 20;
    private static final int MAX_TEXT = 1 << 16;
    private static final double MS_PER_S = 1e3;

    private final Path dir;
    private final String node;
    private final LongSupplier wallClock;
    private final Consumer<String> warnings;
    private final Map<String, NormHistogram> norms = new LinkedHashMap<>();
    private EventFile file;
    private boolean ended;

    /**
     * @param runDir in whose directory tensorboard/ the file will be
     * @param node name of this process among the nodes
     * @param wallClock ms since 1970
     * @param warnings gets a line when the file can't be written; the training goes on
     */
    public TensorBoardLog(Path runDir, String node, LongSupplier wallClock, Consumer<String> warnings) {
        this.dir = runDir.resolve("tensorboard");
        this.node = node;
        this.wallClock = wallClock;
        this.warnings = warnings;
    }

    private interface Writing {
        void write(EventFile to) throws IOException;
    }

    @Override
    public void started(int step, int steps) {
        write(() -> EventFile.create(dir, node, wallClock.getAsLong() / 1000), to -> {
            to.write(Events.version(nowS()));
            to.write(Events.start(nowS(), step + 1L));
        });
    }

    @Override
    public void stepDone(StepReport report) {
        collect(report.layers());
        boolean last = report.step() == report.steps();
        List<Events.Value> values = new ArrayList<>();
        if (last || report.step() % Math.ceilDiv(report.steps(), POINTS) == 0) {
            scalars(values, report);
        }
        if (last || report.step() % Math.ceilDiv(report.steps(), HISTOGRAMS) == 0) {
            norms.forEach((layer, histogram) -> values.add(Events.histogram("gradNorm/" + layer, histogram)));
            norms.clear();
        }
        add(report.step(), values);
    }

    private static void scalars(List<Events.Value> values, StepReport report) {
        values.add(Events.scalar("loss", report.lossNats()));
        values.add(Events.scalar("lr", report.lr()));
        values.add(Events.scalar("gradNorm", report.gradNorm()));
        values.add(Events.scalar("tokensPerSecond", report.tokensPerSecond()));
        report.layers().forEachUpdateRatioLog10((layer, ratio) -> values.add(Events.scalar("updateRatio/" + layer, ratio)));
    }

    private void collect(LayerNorms layers) {
        layers.forEachGradient((layer, norm) -> {
            if (Double.isFinite(norm)) {
                norms.computeIfAbsent(layer, _ -> new NormHistogram()).add(norm);
            }
        });
    }

    @Override
    public void validated(int step, double lossNats) {
        add(step, List.of(Events.scalar("valLoss", lossNats)));
    }

    @Override
    public void examined(int step, Score score) {
        add(step, List.of(Events.scalar("hellaswag", score.accuracyByMean()), Events.scalar("hellaswagBySum", score.accuracyBySum())));
    }

    @Override
    public void sampled(int step, String text) {
        add(step, List.of(Events.text("sample", text.substring(0, Math.min(MAX_TEXT, text.length())))));
    }

    @Override
    public void finished(Outcome outcome) {
        close();
    }

    private void add(int step, List<Events.Value> values) {
        if (!values.isEmpty()) {
            write(() -> file, to -> to.write(Events.summary(nowS(), step, values)));
        }
    }

    private interface Opening {
        EventFile open() throws IOException;
    }

    private void write(Opening opening, Writing writing) {
        if (ended) {
            return;
        }
        try {
            file = opening.open();
            if (file.bytes() > MAX_BYTES) {
                end("has reached its largest size, " + (MAX_BYTES >> 20) + " MiB");
            } else {
                writing.write(file);
            }
        } catch (IOException e) {
            end(FileErrors.translate(dir, e).getMessage());
        }
    }

    private void end(String why) {
        warnings.accept("TensorBoard's file ends here: " + dir + ": " + why);
        close();
    }

    private double nowS() {
        return wallClock.getAsLong() / MS_PER_S;
    }

    @Override
    public void close() {
        ended = true;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            warnings.accept(FileErrors.translate(dir, e).getMessage());
        }
    }
}
