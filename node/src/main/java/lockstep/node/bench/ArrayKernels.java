package lockstep.node.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

import lockstep.common.config.AdamWSettings;
import lockstep.node.kernel.ElementKernels;
import lockstep.node.layer.Compute;
import lockstep.node.layer.Gelu;
import lockstep.node.optimizer.AdamW;
import lockstep.node.optimizer.GradientSums;
import lockstep.node.parallel.Split;
import lockstep.node.parallel.Workers;

/** What goes through long arrays value by value: GELU and exp at the size of an expanded activation, then what a step does to the whole gradient. */
final class ArrayKernels {
    private static final int TASKS_PER_THREAD = 8;
    private static final int LINE = 16;
    private static final float GRADIENT_SCALE = 1e-3f;
    private static final float LEARNING_RATE = 1e-4f;

    private final Compute compute;
    private final ModelArrays arrays;
    private final int n;
    private final Split split;
    private final List<Kernel> kernels = new ArrayList<>();

    private ArrayKernels(Compute compute, ModelArrays arrays, int n) {
        this.compute = compute;
        this.arrays = arrays;
        this.n = n;
        this.split = Split.into(compute.workers().threads() * TASKS_PER_THREAD, n, LINE);
    }

    /** @param n values of an expanded activation, (B,T,4C) */
    static List<Kernel> of(Compute compute, ModelArrays arrays, int n) {
        ArrayKernels all = new ArrayKernels(compute, arrays, n);
        all.gelu();
        all.exp();
        all.sums();
        all.adamW();
        return all.kernels;
    }

    private void gelu() {
        kernels.add(new Kernel("gelu forward", Work.floats(2.0 * n), () -> {
            Gelu layer = new Gelu(compute, n);
            float[] out = new float[n];
            float[] inp = Values.floats(n);
            return run -> layer.forward(out, inp);
        }));
        kernels.add(new Kernel("gelu backward", Work.floats(3.0 * n), () -> {
            ElementKernels elements = compute.kernels().elements();
            float[] dinp = new float[n];
            float[] dout = Values.floats(n);
            float[] inp = Values.floats(n);
            return inParts((task, slot) -> elements.geluBackward(dinp, dout, inp, split.start(task), split.end(task)));
        }));
    }

    /** In place: attention's exp((p − max)·scale) · inverseSum with all of them 1, which stays between 0 and 1 however often it is taken. */
    private void exp() {
        kernels.add(new Kernel("exp", Work.floats(2.0 * n), () -> {
            ElementKernels elements = compute.kernels().elements();
            float[] p = Values.floats(n);
            return inParts((task, slot) -> elements.attentionProbabilities(p, split.start(task), split.end(task) - split.start(task), 1f,
                1f, 1f));
        }));
    }

    private IntConsumer inParts(Workers.Task task) {
        return run -> compute.workers().run(split.parts(), task);
    }

    private void sums() {
        double count = arrays.layout().count();
        GradientSums sums = new GradientSums(compute.workers(), compute.kernels());
        kernels.add(new Kernel("zero", Work.floats(count), () -> {
            float[] grads = arrays.grads();
            return run -> sums.zero(grads);
        }));
        kernels.add(new Kernel("norm", Work.floats(count), () -> {
            float[] grads = arrays.grads();
            Values.fill(grads, GRADIENT_SCALE);
            return run -> sums.averageAndNorm(grads, 1);
        }));
        kernels.add(new Kernel("average + norm", Work.floats(2 * count), () -> {
            float[] grads = arrays.grads();
            // Zeros: what is halved again and again would end in subnormal numbers, which are slow.
            sums.zero(grads);
            return run -> sums.averageAndNorm(grads, 2);
        }));
    }

    private void adamW() {
        kernels.add(new Kernel("adamw", Work.adamW(arrays.layout().count()), () -> {
            AdamW adamW = new AdamW(AdamWSettings.DEFAULT, arrays.layout(), compute.workers(), compute.kernels());
            float[] params = arrays.params();
            float[] grads = arrays.grads();
            Values.fill(grads, GRADIENT_SCALE);
            float[] m = new float[params.length];
            float[] v = new float[params.length];
            return run -> adamW.step(params, grads, m, v, run, LEARNING_RATE, 1f);
        }));
    }
}
