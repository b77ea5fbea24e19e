using Dapper;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.SetupIntents;

public sealed class SetupIntentConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string Done { get; private set; } = "";

    public string Acting { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = Gateway.Client();
        Done = (await client.SetUp()).Body.Text("id");
        Acting = (await client.SetUp(SetupCalls.Challenged)).Body.Text("id");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database keeps to this.</summary>
public sealed class SetupIntentConstraintTests(SetupIntentConstraintFixture shared) : IClassFixture<SetupIntentConstraintFixture>
{
    private const string Update = "UPDATE setup_intents.setup_intents SET ";

    [Theory]
    [InlineData("setup_state_is_known", Update + "state = 'asleep' WHERE id = @acting")]
    [InlineData("setup_usage_is_known", Update + "usage = 'sometimes' WHERE id = @acting")]
    [InlineData("a_choice_waits_for_its_confirmation", Update + "choice = '{}' WHERE id = @acting")]
    [InlineData("what_is_under_way_is_asked_about", Update + "check_at = NULL WHERE id = @acting")]
    [InlineData("what_is_under_way_has_a_processor", Update + "connector = NULL WHERE id = @acting")]
    [InlineData("a_setup_that_succeeded_has_its_result", Update + "payment_method_id = NULL WHERE id = @done")]
    [InlineData("a_setup_that_succeeded_says_when", Update + "succeeded_at = NULL WHERE id = @done")]
    [InlineData("a_canceled_setup_says_when_and_why", Update + "cancellation_reason = 'so' WHERE id = @acting")]
    [InlineData("a_setup_fails_for_a_reason", Update + "error_code = 'CARD_DECLINED' WHERE id = @acting")]
    [InlineData("setup_and_customer_have_one_owner", Update + "merchant_id = 'MERCH_TG_002' WHERE id = @acting")]
    [InlineData("a_proof_of_a_setup_is_not_kept", Update + """authentication = '{"cavv": "x"}' WHERE id = @acting""")]
    [InlineData("a_setup_takes_no_money", "UPDATE sandbox.charges SET amount = 1 WHERE is_setup")]
    [InlineData("captured_at_most_authorized", "UPDATE sandbox.charges SET captured = 1 WHERE is_setup AND state = 'authorized'")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        await using var connection = await shared.Gateway.Db.OpenSystem(CancellationToken.None);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            connection.ExecuteAsync(sql, new { done = shared.Done, acting = shared.Acting }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
