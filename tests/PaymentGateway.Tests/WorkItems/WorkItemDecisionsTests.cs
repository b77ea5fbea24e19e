using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Tests.Docs;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Tests.WorkItems;

/// <summary>Every state × every command of a work item. The table is the specification.</summary>
public sealed class WorkItemDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private static readonly (string Name, WorkItemCommand Command)[] commands =
    [
        ("refund", Choose(WorkItemAction.Refund)),
        ("accept", Choose(WorkItemAction.Accept)),
        ("write_off", Choose(WorkItemAction.WriteOff)),
        ("dismiss", Choose(WorkItemAction.Dismiss)),
        ("finish", new WorkItemCommand.Finish("re_1")),
        ("fail", new WorkItemCommand.Fail("Declined.")),
        ("wait", new WorkItemCommand.Wait(lease, "re_1")),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder("state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var item in States())
        {
            printed.Append($"{item.State} ").AppendJoin(' ', commands.Select(c =>
                WorkItemDecisions.Decide(item, c.Command, when) is { IsRefused: false } step ? step.Value.Next.State.ToString() : "–")).Append('\n');
        }

        Assert.Equal(
            """
            state refund accept write_off dismiss finish fail wait
            Open Resolving – Resolved Dismissed – – –
            Resolving – – – – Resolved Open Resolving
            Resolved – – – – – – –
            Dismissed – – – – – – –

            """, printed.ToString());
    }

    [Fact]
    public void Whatever_the_end_is_nothing_stays_in_suspense_and_entries_add_up()
    {
        foreach (var (_, command) in commands)
        {
            foreach (var item in States())
            {
                if (WorkItemDecisions.Decide(item, command, when) is { IsRefused: false } step)
                {
                    Assert.All(step.Value.Postings, posting => Assert.Equal(0, posting.Entries.Sum(entry => entry.Amount.Minor)));
                    Assert.True(step.Value.Next.State is WorkItemState.Open or WorkItemState.Resolving || !step.Value.Next.IsSuspended);
                }
            }
        }
    }

    internal static StateMachine Machine => StateMachine.Of(
        "work-item", "a work item",
        "A contradiction between a processor and us. While it is resolving, the chosen action is carried out, as often as it takes.",
        commands.Select(c => (c.Command is WorkItemCommand.Choose ? "What a person chooses" : "What became of the action", c.Name, c.Command)),
        States().Select(item => (item.State.ToString().ToLowerInvariant(), item)), item => item.State.ToString().ToLowerInvariant(),
        (item, command) => WorkItemDecisions.Decide(item, command, when) is { IsRefused: false } decided ? decided.Value.Next : null);

    private static WorkItemCommand.Choose Choose(WorkItemAction action) => new(action, "key:pk_test", null, lease);

    private static IEnumerable<WorkItem> States() => Enum.GetValues<WorkItemState>().Select(state => new WorkItem
    {
        Id = "wi_1",
        Tenant = new Tenant("MERCH_FH_001", Mode.Test),
        Kind = WorkItemKind.AmountDiffers,
        NewsKey = "key",
        State = state,
        Connector = "sandbox",
        Amount = Money.FromMinor(100, Currency.INR),
        IsSuspended = state is WorkItemState.Open or WorkItemState.Resolving,
        Ours = "{}",
        Theirs = "{}",
        Actions = [WorkItemAction.Refund, WorkItemAction.WriteOff, WorkItemAction.Dismiss],
        Action = state == WorkItemState.Open ? null : WorkItemAction.Refund,
        CreatedAt = when,
        Version = 1,
    });
}
