package lockstep.node.train;

import java.util.function.LongSupplier;

/**
 * What a step is computed with.
 *
 * @param nanoClock monotonic time in ns, for reports alone
 */
public record Engine(GradientSource model, GradientArithmetic sums, UpdateRule update, LongSupplier nanoClock) {}
