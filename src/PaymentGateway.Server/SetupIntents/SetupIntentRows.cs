using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.SetupIntents;

/// <summary>All SQL that writes set-ups: set-based, guarded by version. After customers, methods and mandates, which a set-up makes.</summary>
internal static class SetupIntentRows
{
    internal static readonly RowWriter<SetupIntent> Insert = RowWriter<SetupIntent>.Guard("setup_intents.insert", 29, s => s.Id,
        """
        INSERT INTO setup_intents.setup_intents
            (id, merchant_id, mode, customer_id, state, usage, method, choice, description, metadata, return_url, created_at, attempts,
             rejected_cards, checks, version)
        SELECT *, 0, '[]', 0, 1 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
        """,
        RowWriter<SetupIntent>.Column(s => s.Id),
        RowWriter<SetupIntent>.Column(s => s.Tenant.MerchantId),
        RowWriter<SetupIntent>.Column(s => s.Tenant.Mode.ToSql()),
        RowWriter<SetupIntent>.Column(s => s.CustomerId),
        RowWriter<SetupIntent>.Column(s => Words.Of(s.State)),
        RowWriter<SetupIntent>.Column(s => Words.Of(s.Usage)),
        RowWriter<SetupIntent>.Column(s => s.Method),
        RowWriter<SetupIntent>.Column(s => s.Choice?.ToJson()),
        RowWriter<SetupIntent>.Column(s => s.Description),
        RowWriter<SetupIntent>.Column(s => s.Metadata),
        RowWriter<SetupIntent>.Column(s => s.ReturnUrl),
        RowWriter<SetupIntent>.Column(s => s.CreatedAt));

    internal static readonly RowWriter<SetupIntent> Update = RowWriter<SetupIntent>.Guard("setup_intents.update", 29, s => s.Id,
        """
        UPDATE setup_intents.setup_intents AS s
        SET state = r.state, method = r.method, choice = r.choice, attempts = r.attempts, connector = r.connector, reference = r.reference,
            next_action = r.next_action, summary = r.summary, authentication = r.authentication::jsonb, rejected_cards = r.rejected_cards,
            payment_method_id = r.payment_method_id, mandate_id = r.mandate_id, error_code = r.error_code, error_sentence = r.error_sentence,
            processor_code = r.processor_code, cancellation_reason = r.cancellation_reason, attempt_return_url = r.attempt_return_url,
            behaviour = r.behaviour, called_at = r.called_at, check_at = r.check_at, claimed_until = NULL, checks = r.checks,
            succeeded_at = r.succeeded_at, canceled_at = r.canceled_at, version = s.version + 1
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
            AS r (id, merchant_id, mode, version, state, method, choice, attempts, connector, reference, next_action, summary, authentication,
                  rejected_cards, payment_method_id, mandate_id, error_code, error_sentence, processor_code, cancellation_reason,
                  attempt_return_url, behaviour, called_at, check_at, checks, succeeded_at, canceled_at)
        WHERE s.id = r.id AND s.merchant_id = r.merchant_id AND s.mode = r.mode AND s.version = r.version
        RETURNING s.id
        """,
        RowWriter<SetupIntent>.Column(s => s.Id),
        RowWriter<SetupIntent>.Column(s => s.Tenant.MerchantId),
        RowWriter<SetupIntent>.Column(s => s.Tenant.Mode.ToSql()),
        RowWriter<SetupIntent>.Column(s => s.Version),
        RowWriter<SetupIntent>.Column(s => Words.Of(s.State)),
        RowWriter<SetupIntent>.Column(s => s.Method),
        RowWriter<SetupIntent>.Column(s => s.Choice?.ToJson()),
        RowWriter<SetupIntent>.Column(s => s.Attempts),
        RowWriter<SetupIntent>.Column(s => s.Connector),
        RowWriter<SetupIntent>.Column(s => s.Reference),
        RowWriter<SetupIntent>.Column(s => s.NextAction?.ToJson()),
        RowWriter<SetupIntent>.Column(s => s.Summary is null ? null : JsonSerializer.Serialize(s.Summary, JsonSerializerOptions.Web)),
        RowWriter<SetupIntent>.Column(s => s.Authentication?.ToJson()),
        RowWriter<SetupIntent>.Column(s => JsonSerializer.Serialize(s.RejectedCards)),
        RowWriter<SetupIntent>.Column(s => s.PaymentMethodId),
        RowWriter<SetupIntent>.Column(s => s.MandateId),
        RowWriter<SetupIntent>.Column(s => s.LastError?.Code),
        RowWriter<SetupIntent>.Column(s => s.LastError?.Sentence),
        RowWriter<SetupIntent>.Column(s => s.LastError?.ProcessorCode),
        RowWriter<SetupIntent>.Column(s => s.CancellationReason),
        RowWriter<SetupIntent>.Column(s => s.AttemptReturnUrl),
        RowWriter<SetupIntent>.Column(s => s.Behaviour),
        RowWriter<SetupIntent>.Column(s => s.CalledAt),
        RowWriter<SetupIntent>.Column(s => s.CheckAt),
        RowWriter<SetupIntent>.Column(s => s.Checks),
        RowWriter<SetupIntent>.Column(s => s.SucceededAt),
        RowWriter<SetupIntent>.Column(s => s.CanceledAt));

    /// <summary>
    /// Takes what is personal from the set-ups of a deleted customer, and makes those that are open due: the resolver cancels them. The
    /// version moves on, so whoever has read a row before writes nothing of it afterwards.
    /// </summary>
    internal static readonly RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)> Erase =
        RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Append("setup_intents.erase", 30, r => r.CustomerId,
            """
            UPDATE setup_intents.setup_intents AS s
            SET choice = NULL, summary = NULL, description = NULL, metadata = '{}', rejected_cards = '[]',
                authentication = s.authentication - 'cardFingerprint', version = s.version + 1,
                check_at = CASE WHEN s.state IN ('succeeded', 'canceled') THEN s.check_at ELSE r.now END
            FROM unnest($1, $2, $3, $4) AS r (merchant_id, mode, customer_id, now)
            WHERE s.merchant_id = r.merchant_id AND s.mode = r.mode AND s.customer_id = r.customer_id
            """,
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.Tenant.MerchantId),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.Tenant.Mode.ToSql()),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.CustomerId),
            RowWriter<(Tenant Tenant, string CustomerId, DateTimeOffset When)>.Column(r => r.When));
}
