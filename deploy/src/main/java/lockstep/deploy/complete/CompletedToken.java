package lockstep.deploy.complete;

import java.util.List;
import java.util.OptionalDouble;

import lockstep.node.generate.Distribution.Likely;

/**
 * A token of a text.
 *
 * @param offset of its first character in the text that it is part of, in code points
 * @param logProbability natural logarithm, of the model's own distribution; nothing where that wasn't asked for, or nothing comes before the token
 * @param top the most likely tokens in its place, as many as were asked for
 */
public record CompletedToken(int id, int offset, OptionalDouble logProbability, List<Likely> top) {}
