using System.Text.Json;
using PaymentGateway.Connectors.ThreeDSecure;

namespace PaymentGateway.Payments;

/// <summary>What 3-D Secure said about a card holder, as it is sent. The authentication value is nowhere.</summary>
/// <param name="TransStatus">Y, A, C, D, I, U, N or R; absent: nobody was asked, or the answer was an error.</param>
/// <param name="Eci">Means nothing without the network.</param>
/// <param name="LiabilityShift">The card holder's bank bears a fraud.</param>
/// <param name="Flow">frictionless, challenge or none.</param>
/// <param name="ChallengeOutcome">passed, failed, canceled or timed_out.</param>
/// <param name="Reason">More about the end, such as wrong_password.</param>
/// <param name="Exemption">Why the bank was not asked.</param>
/// <param name="MethodCompletion">Y, N or U: whether the bank's method page was done in the browser.</param>
public sealed record ThreeDSecureView(
    string? Version, string? TransStatus, string? Eci, string Network, bool LiabilityShift, string Flow, string? ChallengeOutcome,
    string? Reason, string? Exemption, string? MethodCompletion, string? ThreeDSServerTransId, string? DsTransId, string? AcsTransId)
{
    public static ThreeDSecureView? Of(Authentication? authentication) => authentication is not { } known ? null : new(
        known.Version, known.Status?.Letter(), known.Eci, known.Network, known.LiabilityShift, Word(known.Flow),
        known.ChallengeOutcome is { } outcome ? Word(outcome) : null, known.Reason, known.Exemption is { } exemption ? Word(exemption) : null,
        known.MethodCompletion, known.ServerTransId, known.DsTransId, known.AcsTransId);

    private static string Word<TEnum>(TEnum value) where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
