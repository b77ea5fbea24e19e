using PaymentGateway.Connectors.ThreeDSecure;

namespace PaymentGateway.Tests.Connectors.ThreeDSecure;

public sealed class TablesTests
{
    [Theory]
    [InlineData("visa", "05", "06", "07", "07", "07")]
    [InlineData("amex", "05", "06", "07", "07", "07")]
    [InlineData("jcb", "05", "06", "07", "07", "07")]
    [InlineData("diners", "05", "06", "07", "07", "07")]
    [InlineData("discover", "05", "06", "07", "07", "07")]
    [InlineData("mastercard", "02", "01", "00", "06", "07")]
    public void Each_network_has_its_indicators(string network, string yes, string attempted, string none, string exempted, string own)
    {
        Assert.Equal(yes, Eci.Of(network, TransStatus.Authenticated));
        Assert.Equal(attempted, Eci.Of(network, TransStatus.Attempted));
        Assert.All([TransStatus.Unavailable, TransStatus.NotAuthenticated, TransStatus.Rejected, TransStatus.Informational],
            status => Assert.Equal(none, Eci.Of(network, status)));
        Assert.All([TransStatus.ChallengeRequired, TransStatus.Decoupled], status => Assert.Null(Eci.Of(network, status)));
        Assert.All([Exemption.LowValue, Exemption.TransactionRiskAnalysis], exemption => Assert.Equal(exempted, Eci.Of(network, exemption)));
        Assert.All([Exemption.Recurring, Exemption.MerchantInitiated], exemption => Assert.Equal(own, Eci.Of(network, exemption)));
    }

    [Theory]
    [InlineData("visa", "05 06")]
    [InlineData("amex", "05 06")]
    [InlineData("jcb", "05 06")]
    [InlineData("diners", "05 06")]
    [InlineData("discover", "05 06")]
    [InlineData("mastercard", "01 02")]
    [InlineData("rupay", "")]
    [InlineData("unionpay", "")]
    public void Liability_shifts_by_network_and_indicator_together(string network, string shifting)
    {
        var shifts = Enumerable.Range(0, 10).Select(i => $"0{i}").Where(eci => Eci.ShiftsLiability(network, eci));
        Assert.Equal(shifting.Split(' ', StringSplitOptions.RemoveEmptyEntries), shifts);
        Assert.False(Eci.ShiftsLiability(network, null));
        Assert.False(Eci.ShiftsLiability(null, "05"));
    }

    [Fact]
    public void The_table_of_networks_is_the_tested_one() =>
        Assert.Equal(["amex", "diners", "discover", "jcb", "mastercard", "visa"], Eci.Table.Select(row => row.Network).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData('Y', AuthenticationStep.Authorize)]
    [InlineData('A', AuthenticationStep.Authorize)]
    [InlineData('C', AuthenticationStep.Wait)]
    [InlineData('D', AuthenticationStep.Wait)]
    [InlineData('I', AuthenticationStep.AuthorizeWithoutShift)]
    [InlineData('U', AuthenticationStep.AskMerchantRule)]
    [InlineData('N', AuthenticationStep.Fail)]
    [InlineData('R', AuthenticationStep.FailForGood)]
    public void Each_status_leads_to_one_step(char letter, AuthenticationStep step)
    {
        var status = TransStatuses.Find(letter.ToString())!.Value;
        Assert.Equal((letter.ToString(), step), (status.Letter(), status.Step()));
    }

    [Fact]
    public void Every_status_is_in_the_table_once()
    {
        Assert.Equal(Enum.GetValues<TransStatus>(), TransStatuses.Table.Select(row => row.Status));
        Assert.Null(TransStatuses.Find("Z"));
        Assert.Null(TransStatuses.Find(null));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(8, 8)]
    [InlineData(24, 24)]
    [InlineData(30, 24)]
    [InlineData(47, 32)]
    [InlineData(48, 48)]
    [InlineData(64, 48)]
    public void A_colour_depth_becomes_one_that_the_protocol_knows(int screen, int? known) => Assert.Equal(known, BrowserData.KnownColorDepth(screen));

    [Fact]
    public void What_is_kept_of_an_authentication_is_read_as_it_was_written()
    {
        var kept = new Authentication
        {
            Network = "mastercard",
            Flow = AuthenticationFlow.Challenge,
            Status = TransStatus.NotAuthenticated,
            Eci = "00",
            Version = Messages.Version,
            ChallengeOutcome = ChallengeOutcome.TimedOut,
            Exemption = Exemption.LowValue,
            Reason = "timed_out",
            CardFingerprint = "f",
        };
        Assert.Equal(kept, Authentication.FromJson(kept.ToJson()));
        Assert.False(kept.LiabilityShift);
        Assert.Contains("\"status\":\"N\"", kept.ToJson());
    }
}
