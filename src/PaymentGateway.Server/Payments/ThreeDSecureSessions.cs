using System.Buffers.Text;
using System.Text;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Payments;

/// <summary>
/// The note that goes with a browser to the card holder's bank and back. The bank posts from its own site, so no cookie of ours comes
/// with it: the note says whose payment or set-up it is, and its signature that we wrote it.
/// </summary>
public sealed class ThreeDSecureSessions(SecretVault vault)
{
    /// <summary>The protocol's limit.</summary>
    public const int LengthMax = 1024;

    private const string Purpose = "payments.three_d_secure_session";

    public string Write(Tenant tenant, string objectId, string attemptId)
    {
        var text = $"{tenant.MerchantId}\n{tenant.Mode.ToSql()}\n{objectId}\n{attemptId}";
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
        return vault.IsSignature(Purpose, text, signature) && text.Split('\n') is [var merchantId, var mode, var objectId, var attemptId]
            ? new(Tenant.FromStored(merchantId, mode), objectId, attemptId)
            : null;
    }
}

/// <param name="ObjectId">The payment, or the set-up.</param>
/// <param name="AttemptId">Our key of the attempt: its charge, or the attempt of the set-up.</param>
public sealed record ThreeDSecureSession(Tenant Tenant, string ObjectId, string AttemptId);
