using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using Instrument = PaymentGateway.Connectors.Instrument;

namespace PaymentGateway.Tests.Connectors;

public sealed class GuardedConnectorTests : IDisposable
{
    private static readonly Tenant Shop = new("MERCH_FH_001", Mode.Test);

    private readonly ManualClock clock = new();
    private readonly LogLines log = new();
    private readonly ScriptedConnector inner = new();
    private readonly ConnectorSettings settings = new() { BreakerCallsMin = 4 };
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<(string Instrument, double Value, string Tags)> measured = [];
    private readonly MeterListener listener = new();
    private readonly GuardedConnector guarded;

    public GuardedConnectorTests()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        guarded = new GuardedConnector(
            inner, settings, new ConnectorMetrics(meters), clock,
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)).CreateLogger<GuardedConnector>());
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => measured.Add((i.Name, v, Text(tags))));
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => measured.Add((i.Name, v, Text(tags))));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => measured.Add((i.Name, v, Text(tags))));
        listener.Start();
    }

    public static TheoryData<Exception, string> NoAnswers => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError), "connection: ConnectionError" },
        { new HttpRequestException("secret", null, HttpStatusCode.BadGateway), "HTTP 502" },
        { new JsonException("secret"), "the answer is not the JSON that was expected" },
        { new TaskCanceledException("secret", new TimeoutException()), "no answer in time (at most 20 s)" },
        { new TimeoutException("secret"), "no answer in time (at most 20 s)" },
        { new NpgsqlException("secret"), "database: no connection" },
        { new PostgresException("secret", "ERROR", "ERROR", "57P01"), "database: 57P01" },
    };

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    [Theory, MemberData(nameof(NoAnswers), DisableDiscoveryEnumeration = true)]
    public async Task An_exception_that_means_no_answer_is_unknown_and_its_message_stays_inside(Exception thrown, string why)
    {
        inner.Answer = _ => throw thrown;

        var outcome = await Authorize();

        Assert.Equal(new ConnectorOutcome.Unknown(why), outcome);
        Assert.DoesNotContain(log.All, line => line.Contains("secret"));
    }

    [Fact]
    public async Task A_bug_is_thrown_on()
    {
        inner.Answer = _ => throw new InvalidOperationException();
        await Assert.ThrowsAsync<InvalidOperationException>(Authorize);
    }

    [Fact]
    public async Task A_call_without_an_answer_is_unknown_when_the_timeout_is_over()
    {
        inner.Answer = NeverAnswer;

        var call = Authorize();
        clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.IsType<ConnectorOutcome.Unknown>(await call);
    }

    [Fact]
    public async Task A_connector_that_ignores_its_token_is_given_up_too()
    {
        inner.Answer = _ => new TaskCompletionSource<ConnectorOutcome>().Task;

        var call = Authorize();
        clock.Advance(settings.Timeout);

        Assert.IsType<ConnectorOutcome.Unknown>(await call);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_thrown_on()
    {
        using var cancel = new CancellationTokenSource();
        inner.Answer = NeverAnswer;

        var call = guarded.Status(new StatusCall(Shop, "ch_1", null), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task The_breaker_opens_lets_one_call_try_and_closes_again()
    {
        await OpenBreaker();
        Assert.False(guarded.IsAvailable);
        Assert.IsType<ConnectorOutcome.NotCalled>(await Authorize());
        Assert.Equal(settings.BreakerCallsMin, inner.Calls);

        clock.Advance(settings.BreakerPause);
        Assert.True(guarded.IsAvailable);
        inner.Answer = Captured;
        Assert.IsType<ConnectorOutcome.Captured>(await Authorize());
        Assert.IsType<ConnectorOutcome.Captured>(await Authorize());
    }

    [Fact]
    public async Task A_trial_that_fails_opens_the_breaker_again()
    {
        await OpenBreaker();
        clock.Advance(settings.BreakerPause);

        Assert.IsType<ConnectorOutcome.Unknown>(await Authorize());

        Assert.False(guarded.IsAvailable);
        Assert.IsType<ConnectorOutcome.NotCalled>(await Authorize());
    }

    [Fact]
    public async Task Only_one_call_tries_while_the_breaker_is_half_open()
    {
        await OpenBreaker();
        clock.Advance(settings.BreakerPause);
        var answer = new TaskCompletionSource<ConnectorOutcome>();
        inner.Answer = _ => answer.Task;

        var trial = Authorize();
        var second = await Authorize();
        answer.SetResult(new ConnectorOutcome.NotFound());

        Assert.IsType<ConnectorOutcome.NotCalled>(second);
        Assert.IsType<ConnectorOutcome.NotFound>(await trial);
    }

    [Fact]
    public async Task Declines_do_not_open_the_breaker()
    {
        inner.Answer = _ => Task.FromResult<ConnectorOutcome>(new ConnectorOutcome.Declined(null, "CARD_DECLINED", "No.", null, null));
        for (var i = 0; i < 50; i++)
        {
            Assert.IsType<ConnectorOutcome.Declined>(await Authorize());
        }
    }

    [Fact]
    public async Task A_call_leaves_one_line_without_token_and_address()
    {
        inner.Answer = _ => Task.FromResult<ConnectorOutcome>(
            new ConnectorOutcome.Unknown("cannot read tok_01secret of asha.rao@okbank, 4111 1111 1111 1111"));

        await guarded.Authorize(Call(new Instrument.Upi("collect", "asha.rao@okbank")), CancellationToken.None);

        var line = Assert.Single(log.All);
        Assert.StartsWith("Warning: scripted authorize ch_1 (upi collect a***@***): unknown in 0.0 ms", line);
        Assert.DoesNotContain("asha", line);
        Assert.DoesNotContain("01secret", line);
        Assert.DoesNotContain("4111", line);
    }

    [Fact]
    public async Task A_card_token_is_in_no_line()
    {
        await guarded.Authorize(Call(new Instrument.Card("tok_01secret")), CancellationToken.None);
        Assert.DoesNotContain("secret", Assert.Single(log.All));
    }

    [Fact]
    public async Task Calls_durations_and_the_breaker_are_measured()
    {
        inner.Answer = async token =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3), clock, token);
            return new ConnectorOutcome.NotFound();
        };
        var call = Authorize();
        clock.Advance(TimeSpan.FromSeconds(3));
        await call;
        listener.RecordObservableInstruments();

        Assert.Contains(("connector.calls", 1, "connector=scripted action=authorize outcome=not_found"), measured);
        Assert.Contains(("connector.call.duration", 3, "connector=scripted action=authorize"), measured);
        Assert.Contains(("connector.breaker.state", 0, "connector=scripted"), measured);

        await OpenBreaker();
        listener.RecordObservableInstruments();
        Assert.Contains(("connector.breaker.state", 2, "connector=scripted"), measured);
    }

    private static AuthorizeCall Call(Instrument instrument) =>
        new(Shop, "ch_1", "pay_1", Money.FromMajor(500, Currency.INR), true, instrument, null, null, null);

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));

    private static Task<ConnectorOutcome> Captured(CancellationToken cancel) =>
        Task.FromResult<ConnectorOutcome>(new ConnectorOutcome.Captured("x", new MethodSummary("card")));

    private static async Task<ConnectorOutcome> NeverAnswer(CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        throw new InvalidOperationException("An endless wait is over.");
    }

    private Task<ConnectorOutcome> Authorize() => guarded.Authorize(Call(new Instrument.Card("tok_1")), CancellationToken.None);

    private async Task OpenBreaker()
    {
        inner.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        for (var i = 0; i < settings.BreakerCallsMin && guarded.IsAvailable; i++)
        {
            Assert.IsType<ConnectorOutcome.Unknown>(await Authorize());
        }
    }
}
