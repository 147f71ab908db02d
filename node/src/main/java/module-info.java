/** One rank: kernels, layers, GPT-2, AdamW and the training loop. {@link lockstep.node.train.Trainer#builder} is the way in. */
module lockstep.node {
    requires transitive lockstep.common;
    requires java.management;
    requires jdk.incubator.vector;
    requires jdk.management;
    requires org.slf4j;

    exports lockstep.node.bench;
    exports lockstep.node.data;
    exports lockstep.node.evaluate;
    exports lockstep.node.generate;
    exports lockstep.node.kernel;
    exports lockstep.node.layer;
    exports lockstep.node.model;
    exports lockstep.node.optimizer;
    exports lockstep.node.parallel;
    exports lockstep.node.train;
}
