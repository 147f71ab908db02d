/**
 * Texts of a model as people and programs want them: continued up to a stop, with how likely each token was, from a file of prompts or in a conversation.
 *
 * <p>
 * {@link lockstep.deploy.complete.Completer} continues one prompt; what it is given decides each bit of what it gives. May import {@code lockstep.common}, {@code lockstep.node.generate} and Jackson.
 */
package lockstep.deploy.complete;
