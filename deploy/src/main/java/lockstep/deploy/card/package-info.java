/** What a run's directory says of itself to people: a model card, with all that it takes to repeat the run. */
package lockstep.deploy.card;
