package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FaultyProxyTest {
    private ServerSocket echo;
    private FaultyProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            while (!echo.isClosed()) {
                try (Socket s = echo.accept()) {
                    s.getInputStream().transferTo(s.getOutputStream());
                } catch (IOException e) {
                    assertThat(e).isNotNull();
                }
            }
        });
        proxy = new FaultyProxy(echo.getInetAddress().getHostAddress(), echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private Socket connect() throws IOException {
        return new Socket(proxy.host(), proxy.port());
    }

    @Test
    void what_is_sent_comes_back() throws IOException {
        try (Socket s = connect()) {
            s.getOutputStream().write("hello".getBytes());
            assertThat(s.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes());
            s.shutdownOutput();
            assertThat(s.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(proxy.passed()).isEqualTo(10);
    }

    @Test
    void a_connection_is_cut_after_the_bytes_it_was_given() throws IOException {
        proxy.cutAfter(8);
        try (Socket s = connect()) {
            InputStream in = s.getInputStream();
            s.getOutputStream().write("hello".getBytes());
            assertThatThrownBy(() -> in.readNBytes(5)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_stalled_connection_goes_on_when_resumed() throws IOException {
        try (Socket s = connect()) {
            s.setSoTimeout(100);
            proxy.stall();
            s.getOutputStream().write(1);
            assertThatThrownBy(() -> s.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.resume();
            s.setSoTimeout(10_000);
            assertThat(s.getInputStream().read()).isEqualTo(1);
        }
    }
}
