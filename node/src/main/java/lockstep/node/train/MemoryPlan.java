package lockstep.node.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import lockstep.common.UserError;
import lockstep.common.config.BatchPlan;
import lockstep.common.model.ModelShape;
import lockstep.node.generate.Generator;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;

/** The memory that a run will take, item by item, known before any of it is taken. */
public record MemoryPlan(List<Item> items) {
    /** One purpose of memory. */
    public record Item(String name, long bytes) {}

    private static final long MIB = 1L << 20;
    /** For what is not counted: classes, buffers of files, the ends of regions that large arrays leave unused. */
    private static final long FIXED_HEADROOM_BYTES = 64 * MIB;
    private static final int HEADROOM_DIVISOR = 20;
    /** Frames of 4 MiB, a few for each peer and direction, and what of them waits to be collected. */
    private static final long EXCHANGE_BYTES = 256 * MIB;
    /** What a JVM takes beside its heap: code, metadata, threads, the collector. */
    private static final long JVM_BYTES = 256 * MIB;

    public MemoryPlan {
        items = List.copyOf(items);
    }

    /**
     * @param threads that compute
     * @param dataBytes what the loader keeps on the heap
     * @throws UserError when the sum is beyond any machine
     */
    public static MemoryPlan of(ModelShape shape, BatchPlan plan, int threads, Recompute recompute, long dataBytes) {
        try {
            return of(shape, plan, Gpt2.activationBytes(shape, plan.B(), plan.T(), threads, recompute),
                Generator.bytes(shape, shape.maxT(), threads), dataBytes);
        } catch (ArithmeticException e) {
            throw beyondAnyMachine(shape, plan, e);
        }
    }

    /**
     * @param activationBytes what the model takes beside its parameters
     * @param sampleBytes what is taken to let it talk
     * @param dataBytes what the loader keeps on the heap
     * @throws UserError when the sum is beyond any machine
     */
    static MemoryPlan of(ModelShape shape, BatchPlan plan, long activationBytes, long sampleBytes, long dataBytes) {
        try {
            long parameterBytes = Math.multiplyExact(shape.parameterCount(), (long) Float.BYTES);
            List<Item> items = new ArrayList<>();
            items.add(new Item("parameters", parameterBytes));
            items.add(new Item("gradient", parameterBytes));
            items.add(new Item("AdamW m and v", Math.multiplyExact(2L, parameterBytes)));
            items.add(new Item("sums of " + plan.G() + " groups", Math.multiplyExact(plan.treeLevels(), parameterBytes)));
            items.add(new Item("activations", activationBytes));
            items.add(new Item("samples", sampleBytes));
            items.add(new Item("data", Math.addExact(dataBytes, 2L * Integer.BYTES * plan.tokensPerMicroBatch())));
            MemoryPlan memory = new MemoryPlan(items);
            memory.neededBytes();
            return memory;
        } catch (ArithmeticException e) {
            throw beyondAnyMachine(shape, plan, e);
        }
    }

    private static UserError beyondAnyMachine(ModelShape shape, BatchPlan plan, ArithmeticException cause) {
        return new UserError(
            "the run needs more memory than any machine has: layers " + shape.L() + ", channels " + shape.C() + ", vocabulary " + shape.V()
                + ", --batch " + plan.B() + ", --seq-len " + plan.T() + ". Try a smaller --model, --batch or --seq-len",
            cause);
    }

    /** With what a node of a cluster takes beside: messages under way, at most a few gradients' worth. */
    public MemoryPlan withExchange() {
        long parameterBytes = items.getFirst().bytes();
        return with("messages of the exchange", Math.min(EXCHANGE_BYTES, 2 * parameterBytes));
    }

    /** With one thing more. */
    public MemoryPlan with(String what, long bytes) {
        List<Item> more = new ArrayList<>(items);
        more.add(new Item(what, bytes));
        return new MemoryPlan(more);
    }

    public long totalBytes() {
        long total = 0;
        for (Item item : items) {
            total = Math.addExact(total, item.bytes());
        }
        return total;
    }

    /** Total and headroom. */
    public long neededBytes() {
        long total = totalBytes();
        return Math.addExact(total, total / HEADROOM_DIVISOR + FIXED_HEADROOM_BYTES);
    }

    /** One line an item and one for the sum. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        items.forEach(item -> lines.add(line(item.name(), item.bytes())));
        lines.add(line("in all, with headroom", neededBytes()));
        return lines;
    }

    /** @throws UserError when the run will not fit, with what it needs, what there is and what to change */
    public void requireFits(Memory memory) {
        requireFits(memory, List.of("--recompute block", "a smaller --batch, --seq-len or --model"));
    }

    /**
     * {@link #requireFits} for what has other options.
     *
     * @param remedies what would make it smaller
     */
    public void requireFits(Memory memory, List<String> remedies) {
        long needed = neededBytes();
        if (needed > memory.machineBytes() - JVM_BYTES) {
            throw new UserError(
                "the run needs " + text(needed) + " of memory and the machine has " + text(memory.machineBytes()) + " (" + largest()
                    + "). Try " + String.join(", or ", remedies));
        }
        if (needed > memory.heapBytes()) {
            throw new UserError(
                "the run needs " + text(needed) + " of memory and the Java heap may grow to " + text(memory.heapBytes()) + " (" + largest()
                    + "). Try " + String.join(", ", remedies) + ", or a larger heap: the machine has "
                    + text(memory.machineBytes()));
        }
    }

    private String largest() {
        Item largest = items.getFirst();
        for (Item item : items) {
            if (item.bytes() > largest.bytes()) {
                largest = item;
            }
        }
        return "the largest part: " + largest.name() + ", " + text(largest.bytes());
    }

    private static String line(String name, long bytes) {
        return String.format(Locale.ROOT, "%-28s %12s", name, text(bytes));
    }

    private static String text(long bytes) {
        long gib = 1024 * MIB;
        return bytes >= gib
            ? String.format(Locale.ROOT, "%.1f GiB", (double) bytes / gib)
            : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
    }
}
