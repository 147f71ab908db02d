/**
 * What decides the bits of a run besides the model's shape, the data and the seed: how a step's batch is cut, the learning rate by step, AdamW's numbers and the
 * rule that skips spikes.
 *
 * <p>
 * Two processes with equal records of this package compute equal weights, so everything here is part of a run's configuration and of its hash; nothing here depends
 * on threads, nodes or time. Records check their numbers when made and name the option to change. May import {@code lockstep.common} and {@code lockstep.common.model}.
 */
package lockstep.common.config;
