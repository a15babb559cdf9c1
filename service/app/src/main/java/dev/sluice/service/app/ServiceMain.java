package dev.sluice.service.app;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.PlatformHandlers;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/// The service process: `start [options]`.
public final class ServiceMain {
    private ServiceMain() {}

    public static void main(String[] args) throws InterruptedException {
        if (Arguments.wantsHelp(args)) {
            System.out.print(Arguments.HELP);
            return;
        }
        PlatformHandlers.use();
        // Named, so that it is not searched for in every jar; nor is there a word about it.
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", "ch.qos.logback.classic.spi.LogbackServiceProvider");
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        // Handlers and not a shutdown hook: an orderly end is a success, and its exit code says so.
        Signal.handle(new Signal("TERM"), signal -> stop.countDown());
        Signal.handle(new Signal("INT"), signal -> stop.countDown());
        try (Service service = Service.start(Arguments.parse(args))) {
            System.out.println("ready " + service.url());
            System.out.flush();
            stop.await();
            return 0;
        } catch (Arguments.WrongException e) {
            System.err.println("error: " + e.getMessage() + "; see --help");
            return 2;
        } catch (ProblemException e) {
            Problem problem = e.problem();
            System.err.println("error: " + problem);
            problem.resolution().forEach(step -> System.err.println("  " + step));
            return 1;
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(ServiceMain.class).error("the service cannot go on", e);
            return 1;
        }
    }
}
