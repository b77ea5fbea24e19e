using PaymentGateway.Monitoring;

namespace PaymentGateway.Tests.Monitoring;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("card 4111111111111111 refused", "card *** refused")]
    [InlineData("card 4111 1111 1111 1111.", "card ***.")]
    [InlineData("card 4111-1111-1111-1111", "card ***")]
    [InlineData("/orders/4111%201111%201111%201111", "/orders/***")]
    [InlineData("order 77 4111 1111 1111 1111 x", "order 77 *** x")]
    [InlineData("{\"number\":4242424242424242}", "{\"number\":***}")]
    [InlineData("378282246310005 and 6011111111111117", "*** and ***")]
    [InlineData("x4111111111111111y", "x***y")]
    [InlineData("key sk_test_MERCH_FH_abc123 sent", "key sk_*** sent")]
    [InlineData("whsec_live_abc+/=", "whsec_***")]
    [InlineData("Authorization: Basic cGtfdGVzdDpza190ZXN0", "Authorization: Basic ***")]
    [InlineData("authorization: bearer sk_live_x", "authorization: bearer ***")]
    [InlineData("Basic YWJj\\u002Bdef", "Basic ***")]
    [InlineData("secret order_01m7_secret_j71se4", "secret order_01m7_secret_***")]
    [InlineData("postgres://gateway:hunter2@db:5432/x", "postgres://gateway:***@db:5432/x")]
    [InlineData("Host=db;Password=hunter2;Port=1", "Host=db;Password=***;Port=1")]
    [InlineData("{\"cvv\":\"123\"}", "{\"cvv\":\"***\"}")]
    public void A_secret_does_not_get_out(string line, string masked) => Assert.Equal(masked, SecretMask.Apply(line));

    [Theory]
    [InlineData("2026-11-21T04:35:41.020Z info: order_01m7y66z84fp6apgqpphw8p8j7 paid in 12.5 ms")]
    [InlineData("4111111111111112 fails the check digit")]
    [InlineData("key pk_test_MERCH_FH_ey6bgrkqcgwrcwytkr12kf6k")]
    [InlineData("http://127.0.0.1:8080/docs")]
    [InlineData("task_1 is basic")]
    public void What_is_no_secret_stays_readable(string line) => Assert.Equal(line, SecretMask.Apply(line));
}
