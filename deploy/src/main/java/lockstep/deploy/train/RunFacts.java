package lockstep.deploy.train;

import java.util.LinkedHashMap;
import java.util.Map;

import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;

/** What a log of events says of a run at its begin, so that who reads it needs no other file. */
final class RunFacts {
    private RunFacts() {}

    /**
     * @param run name of its directory
     * @param peakGflops of this node, measured
     */
    static Map<String, Object> of(RunConfig config, String run, double peakGflops) {
        ModelShape shape = config.what().shape();
        BatchPlan batch = config.batch();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", run);
        facts.put("steps", config.length().steps());
        facts.put("model", model(shape));
        facts.put("batch", batch(batch));
        facts.put("flopsPerToken", Decimals.plain(shape.trainingFlopsPerToken(batch.T())));
        facts.put("peakGflops", Decimals.rounded(peakGflops, 1));
        facts.put("threads", config.machine().threads());
        facts.put("tokenizer", config.what().tokenizer());
        return facts;
    }

    private static Map<String, Object> model(ModelShape shape) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("L", shape.L());
        model.put("NH", shape.NH());
        model.put("C", shape.C());
        model.put("maxT", shape.maxT());
        model.put("V", shape.V());
        model.put("parameters", shape.parameterCount());
        return model;
    }

    private static Map<String, Object> batch(BatchPlan plan) {
        Map<String, Object> batch = new LinkedHashMap<>();
        batch.put("B", plan.B());
        batch.put("T", plan.T());
        batch.put("M", plan.M());
        batch.put("G", plan.G());
        batch.put("tokens", plan.tokensPerStep());
        return batch;
    }
}
