package dev.sluice.service.store;

/// A process that takes steps of one run, each queueing one job, and says which are durable, until it is killed.
final class StepsUntilKilled {
    private StepsUntilKilled() {}

    public static void main(String[] args) {
        Store store = Databases.valueOf(args[0]).open(args[1]);
        for (int version = 0; ; version++) {
            store.runs()
                    .apply(new Step("f", "killed", version)
                            .queue(StoreTest.job("j" + version, 1))
                            .build());
            System.out.println(version + 1);
        }
    }
}
