using System.Buffers.Text;
using System.Text;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Payments;

/// <summary>
/// The note that goes with a browser to the card holder's bank and back. The bank posts from its own site, so no cookie of ours comes
/// with it: the note says whose payment it is, and its signature that we wrote it.
/// </summary>
internal sealed class ThreeDSecureSessions(SecretVault vault)
{
    /// <summary>The protocol's limit.</summary>
    public const int LengthMax = 1024;

    private const string Purpose = "payments.three_d_secure_session";

    public string Write(Tenant tenant, string paymentId, string chargeId)
    {
        var text = $"{tenant.MerchantId}\n{tenant.Mode.ToSql()}\n{paymentId}\n{chargeId}";
        return $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}.{vault.Sign(Purpose, text)}";
    }

    /// <summary>Null when it is not one of ours.</summary>
    public ThreeDSecureSession? Read(string? note)
    {
        if (note is not { Length: > 0 and <= LengthMax } || note.Split('.') is not [var encoded, var signature] || !Base64Url.IsValid(encoded))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(encoded));
        return vault.IsSignature(Purpose, text, signature) && text.Split('\n') is [var merchantId, var mode, var paymentId, var chargeId]
            ? new(Stored.TenantOf(merchantId, mode), paymentId, chargeId)
            : null;
    }
}

internal sealed record ThreeDSecureSession(Tenant Tenant, string PaymentId, string ChargeId);
