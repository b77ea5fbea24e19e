using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What a proof was made for.</summary>
internal sealed record Proof(string ServerTransId, string CardFingerprint, Money Amount);

/// <summary>The pretended issuer's authorizer: it believes a proof only when it is real, unused, and of this card, amount and currency.</summary>
internal static class SandboxAuthorizer
{
    public static readonly Decline Forged = Decline.Of(Errors.CardDeclined, "proof_forged");

    public static bool IsReal(SandboxKeys keys, string serverTransId, string? proof) => proof is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(keys.ProofOf(serverTransId)), Encoding.ASCII.GetBytes(proof));

    /// <summary>Why a proof that was used before is not taken again.</summary>
    public static Decline OfUsed(Proof used, Proof offered) => Decline.Of(Errors.CardDeclined, (used, offered) switch
    {
        _ when used.CardFingerprint != offered.CardFingerprint => "proof_of_another_card",
        _ when used.Amount.Currency != offered.Amount.Currency => "proof_of_another_currency",
        _ when used.Amount != offered.Amount => "proof_of_another_amount",
        _ => "proof_used",
    });
}
