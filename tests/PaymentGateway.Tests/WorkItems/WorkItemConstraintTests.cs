using Npgsql;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Inbox;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.WorkItems;

/// <summary>What the database refuses, whoever writes.</summary>
public sealed class WorkItemConstraintTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    [Theory]
    [InlineData("UPDATE work_items.items SET suspended = suspended + 1", "suspense_is_the_amount_while_it_waits")]
    [InlineData("UPDATE work_items.items SET action = 'write_off'", "only_an_offered_action_is_taken")]
    [InlineData("UPDATE work_items.items SET state = 'dismissed', action = 'dismiss', resolved_by = 'x', suspended = 0",
        "an_end_says_what_and_by_whom")]
    [InlineData("UPDATE work_items.items SET act_at = now()", "only_a_resolving_item_is_acted_on")]
    [InlineData("UPDATE work_items.items SET currency = NULL", "an_amount_has_a_currency")]
    [InlineData("INSERT INTO work_items.items SELECT (jsonb_populate_record(i, '{\"id\": \"wi_other\"}')).* FROM work_items.items i",
        "one_item_per_contradiction")]
    public async Task The_database_refuses_it_too(string sql, string constraint)
    {
        var (orderId, _, chargeId) = await shared.Client.WaitingPayment();
        await shared.Gateway.TellOfCharge(chargeId, ProcessorNews.Took(60m));
        var item = await shared.Client.TheWorkItem($"orderId={orderId}");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => shared.Gateway.Execute($"{sql} WHERE id = @id", new { id = item.Text("id") }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
