import java.nio.file.Path;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.node.train.StepListener;
import lockstep.node.train.Trainer;
import lockstep.node.train.TrainingRun;

/**
 * Ends a run whose validation loss no longer falls: StopEarly TRAIN_SHARDS VALIDATION_SHARDS DIRECTORY. A listener is told what happens, and may end the run; nothing that it does can reach the weights.
 */
public class StopEarly {
    private static TrainingRun run;
    private static double best = Double.POSITIVE_INFINITY;
    private static int worse;

    public static void main(String[] args) {
        StepListener patience = new StepListener() {
            @Override
            public void validated(int step, double lossNats) {
                worse = lossNats < best ? 0 : worse + 1;
                best = Math.min(best, lossNats);
                System.out.println("validation loss " + lossNats + " after step " + step);
                if (worse == 2) {
                    run.stop();
                }
            }
        };
        try (TrainingRun opened = Trainer.builder()
            .model(ModelShape.of(32, 256, 2, 2, 32))
            .data(args[0])
            .validation(args[1], 10, 4)
            .batch(BatchPlan.of(4, 32, 2))
            .steps(400)
            .learningRate(3e-2f) // far too much
            .directory(Path.of(args[2]))
            .listener(patience)
            .build()) {
            run = opened;
            System.out.println("ended: " + run.run().end() + " after step " + run.state().step());
        }
    }
}
