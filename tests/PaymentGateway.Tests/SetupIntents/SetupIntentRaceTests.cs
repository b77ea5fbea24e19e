using System.Net;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.SetupIntents;

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class SetupIntentRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Thirty_two_confirmations_at_once_save_one_method()
    {
        var setup = await client.NewSetup();
        var cardToken = await client.Token("4242424242424242");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Post(
            $"{SetupCalls.Setups}/{setup.Text("id")}/confirm", new { paymentMethod = "card", paymentDetails = new { cardToken } },
            i % 2 == 0 ? null : $"{setup.Text("id")}-{i}")));

        Assert.Equal(1, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("INVALID_STATE", a.Body.Code()));
        Assert.Single(await client.Methods(setup.Text("customerId")));
        Assert.Equal(1L, await gateway.Query<long>(
            "SELECT count(*) FROM sandbox.charges WHERE key LIKE @key", new { key = setup.Text("id") + "-%" }));
        Assert.Equal((1L, 1L), (await gateway.EventsOf(setup.Text("id"), "setup.succeeded"), await Attempts(setup.Text("id"))));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_runs_of_one_request_are_one_set_up()
    {
        var customerId = await client.CreateCustomer();
        var body = new { customerId, paymentMethod = "card", paymentDetails = new { cardToken = await client.Token("4242424242424242") }, confirm = true };

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Post(SetupCalls.Setups, body, customerId)));

        Assert.Single(answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Body.Text("id")).Distinct());
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Equal("IDEMPOTENCY_IN_PROGRESS", a.Body.Code()));
        Assert.Equal(1L, await gateway.Query<long>(
            "SELECT count(*) FROM setup_intents.setup_intents WHERE customer_id = @customerId", new { customerId }));
        Assert.Single(await client.Methods(customerId));
    }

    [Fact]
    public async Task Many_set_ups_of_one_card_leave_the_customer_one_method()
    {
        var customerId = await client.CreateCustomer();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.SetUp(more: new { customerId })));

        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted, a.Body.ToString()));
        Assert.Single(await client.Methods(customerId));
        var named = answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => a.Body.Text("paymentMethodId")).Distinct();
        Assert.Equal((await client.Methods(customerId)).Select(m => m.Text("id")), named);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task The_answer_and_the_cancellation_leave_one_end()
    {
        for (var round = 0; round < 4; round++)
        {
            var (_, setup, _) = await client.SetUp(SetupCalls.Challenged);
            var id = setup.Text("id");

            var answer = SandboxWorld.AnswerAtBank(setup.GetProperty("nextAction").Text("url"), "approve");
            var cancels = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.CancelSetup(id)));
            await answer;

            var ended = await client.GetSetup(id);
            var isCanceled = ended.Text("status") == "canceled";
            Assert.True(isCanceled || ended.Text("status") is "succeeded" or "processing", ended.ToString());
            Assert.Equal(isCanceled ? 1 : 0, cancels.Count(c => c.Status == HttpStatusCode.OK));
            Assert.Equal(isCanceled ? 1 : 0, await gateway.EventsOf(id, "setup.canceled"));
            Assert.Equal(isCanceled, (await client.Methods(setup.Text("customerId"))).Length == 0);
        }
    }

    private Task<long> Attempts(string id) =>
        gateway.Query<long>("SELECT attempts::bigint FROM setup_intents.setup_intents WHERE id = @id", new { id });
}
