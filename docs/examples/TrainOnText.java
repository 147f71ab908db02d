import java.nio.file.Path;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.common.replica.Membership;
import lockstep.common.text.BytesTokenizer;
import lockstep.common.text.CorpusSettings;
import lockstep.common.text.CorpusSource;
import lockstep.common.text.CorpusWriter;
import lockstep.common.text.Tokenizer;
import lockstep.node.train.StepListener;
import lockstep.node.train.StepReport;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainingRun;

/** From a text to a model: TrainOnText TEXT DIRECTORY. Run it again with another number of threads: the last line stays. */
public class TrainOnText {
    public static void main(String[] args) {
        Path text = Path.of(args[0]);
        Path out = Path.of(args[1]);
        Tokenizer bytes = new BytesTokenizer();
        new CorpusWriter(CorpusSettings.DEFAULTS).prepare(CorpusSource.of(text), bytes, out.resolve("data"), "text", (done, total) -> {});

        StepListener printer = new StepListener() {
            @Override
            public void membershipChanged(Membership now) { // once, since this process trains by itself
                System.out.println("trained by " + now.addresses());
            }

            @Override
            public void stepDone(StepReport report) {
                if (report.step() % 10 == 0) {
                    System.out.println("step " + report.step() + " loss " + report.lossNats());
                }
            }
        };
        try (TrainingRun run = Trainer.builder()
            .model(ModelShape.of(32, bytes.vocabularySize(), 2, 2, 32)) // T, V, layers, heads, channels
            .data(out + "/data/text_train_*.bin")
            .batch(BatchPlan.of(4, 32, 2)) // two micro-batches of 4 sequences of 32 tokens a step
            .steps(40)
            .learningRate(3e-3f)
            .tokenizer(bytes.name())
            .directory(out)
            .listener(printer)
            .build()) {
            System.out.println("checkpoint " + run.run().checkpoint().orElseThrow());
            System.out.println("weights sha256 " + run.weightsSha256());
        }
    }
}
