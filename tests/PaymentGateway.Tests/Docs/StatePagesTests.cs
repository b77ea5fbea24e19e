using System.Diagnostics;
using PaymentGateway.Tests.Balances;
using PaymentGateway.Tests.Courses;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Mandates;
using PaymentGateway.Tests.Disputes;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.QrCodes;
using PaymentGateway.Tests.Refunds;
using PaymentGateway.Tests.SetupIntents;
using PaymentGateway.Tests.SplitPayments;
using PaymentGateway.Tests.WorkItems;

namespace PaymentGateway.Tests.Docs;

/// <summary>
/// The pages under docs/states are printed from the decisions. After a change of a machine, <c>UPDATE_STATE_PAGES=1 ./test --filter
/// StatePages</c> prints them again.
/// </summary>
public sealed class StatePagesTests
{
    private static readonly StateMachine[] machines =
        [
            BalanceDecisionsTests.Machine,
            TransactionDecisionsTests.Machine,
            DisputeDecisionsTests.Machine,
            MandateDecisionsTests.Machine,
            OrderDecisionsTests.Machine,
            PaymentDecisionsTests.Machine,
            PaymentMethodDecisionsTests.Machine,
            QrCodeDecisionsTests.Machine,
            RefundDecisionsTests.Machine,
            SetupIntentDecisionsTests.Machine,
            SplitDecisionsTests.Machine,
            WorkItemDecisionsTests.Machine,
        ];

    public static TheoryData<string> Names => [.. machines.Select(machine => machine.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_and_its_drawing_say_what_the_code_does(string name)
    {
        var machine = machines.Single(m => m.Name == name);
        await Compare($"{name}.md", machine.Page());
        await Compare($"{name}.svg", await Draw(machine.Dot()));
    }

    [Fact]
    public void Every_machine_has_its_page_and_no_page_is_left_over() => Assert.Equal(
        machines.SelectMany(machine => new[] { $"{machine.Name}.md", $"{machine.Name}.svg" }).Order(StringComparer.Ordinal),
        Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static string Folder => Path.Combine(Repository.Root, "docs", "states");

    private static async Task Compare(string file, string printed)
    {
        var path = Path.Combine(Folder, file);
        if (Environment.GetEnvironmentVariable("UPDATE_STATE_PAGES") == "1")
        {
            await File.WriteAllTextAsync(path, printed, TestContext.Current.CancellationToken);
        }

        Assert.Equal(printed, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    /// <summary>Graphviz, as WebAssembly under Node: see tests/EndToEnd/draw.js.</summary>
    private static async Task<string> Draw(string dot)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Repository.Root, "tests", "EndToEnd", "draw.js")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var svg = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(dot);
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        return await svg;
    }
}
